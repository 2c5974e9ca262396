import type { Schema } from '../../src/control/schema.js';

const typeOf = (value: unknown): readonly string[] => {
  if (value === null) return ['null'];
  if (Array.isArray(value)) return ['array'];
  if (typeof value === 'number') return Number.isInteger(value) ? ['integer', 'number'] : ['number'];
  return [typeof value];
};

/** What does not fit the schema, with its path. Knows the part of JSON Schema that the control server uses. */
export const misfits = (
  schema: Schema,
  value: unknown,
  shared: Readonly<Record<string, Schema>>,
  at = '$',
): readonly string[] => {
  const { $ref: ref, anyOf, type, enum: words, const: only } = schema;
  if (ref !== undefined) {
    const named = shared[ref.replace('#/components/schemas/', '')];
    return named === undefined ? [`${at}: no schema ${ref}`] : misfits(named, value, shared, at);
  }
  if (anyOf !== undefined) {
    const each = anyOf.map((one) => misfits(one, value, shared, at));
    return each.some((found) => found.length === 0)
      ? []
      : [`${at}: fits none of ${anyOf.length}: ${each.flat().join('; ')}`];
  }
  if (words !== undefined)
    return words.some((word) => word === value) ? [] : [`${at}: ${String(value)} is not one of ${words.join()}`];
  if (only !== undefined) return only === value ? [] : [`${at}: expected ${only}`];
  if (type !== undefined && ![type].flat().some((one) => typeOf(value).includes(one)))
    return [`${at}: expected ${[type].flat().join()}, got ${JSON.stringify(value)}`];
  if (Array.isArray(value))
    return value.flatMap((item, index) => misfits(schema.items ?? {}, item, shared, `${at}[${index}]`));
  return typeof value === 'object' && value !== null ? misfittingFields(schema, { ...value }, shared, at) : [];
};

const misfittingFields = (
  { properties = {}, required = [], additionalProperties = true }: Schema,
  value: Readonly<Record<string, unknown>>,
  shared: Readonly<Record<string, Schema>>,
  at: string,
): readonly string[] => [
  ...required.filter((name) => !Object.hasOwn(value, name)).map((name) => `${at}.${name}: missing`),
  ...Object.entries(value).flatMap(([name, field]) => {
    const schema = Object.hasOwn(properties, name) ? properties[name] : additionalProperties;
    if (schema === false) return [`${at}.${name}: not in the schema`];
    return typeof schema === 'object' ? misfits(schema, field, shared, `${at}.${name}`) : [];
  }),
];
