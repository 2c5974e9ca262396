import { RequestProblem } from './requestProblem.js';
import type { Schema } from './schema.js';

/** What a request may say, by name. Values have simple types. */
export interface Parameters {
  readonly properties: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
}

type Given = Readonly<Record<string, unknown>>;

/** The parameters of a URL with their types. Throws `RequestProblem` for one that is unknown, given twice or of another type. */
export const parametersOf = (query: URLSearchParams, { properties }: Parameters): Given => {
  const entries = [...query].map(([name, text]) => {
    if (query.getAll(name).length > 1) throw wrong(name, 'to be given once', 'several values');
    return [name, typed(text, Object.hasOwn(properties, name) ? properties[name] : undefined)] as const;
  });
  return Object.fromEntries(entries);
};

/** Throws `RequestProblem` for the first value that is unknown, missing or wrong. */
export const checkParameters = (given: Given, { properties, required = [] }: Parameters): void => {
  for (const [name, value] of Object.entries(given)) {
    const schema = Object.hasOwn(properties, name) ? properties[name] : undefined;
    if (schema === undefined) {
      const known = Object.keys(properties).join(', ');
      throw wrong('parameters', known === '' ? 'none' : `only ${known}`, show(name));
    }
    if (!fits(value, schema)) throw wrong(name, expectedOf(schema), show(value));
  }
  const missing = required.find((name) => !Object.hasOwn(given, name));
  if (missing !== undefined) throw wrong(missing, expectedOf(properties[missing] ?? {}), 'nothing');
};

const booleans: ReadonlyMap<string, boolean> = new Map([
  ['', true],
  ['true', true],
  ['1', true],
  ['false', false],
  ['0', false],
]);

const typed = (text: string, schema: Schema | undefined): unknown => {
  if (schema?.type === 'boolean') return booleans.get(text) ?? text;
  return schema?.type === 'integer' && /^-?\d{1,15}$/.test(text) ? Number(text) : text;
};

const fits = (
  value: unknown,
  { type, minimum = -Infinity, maximum = Infinity, minLength = 0, enum: words }: Schema,
) => {
  if (words !== undefined) return words.some((word) => word === value);
  switch (type) {
    case 'string':
      return typeof value === 'string' && value.length >= minLength;
    case 'integer':
      return Number.isSafeInteger(value) && Number(value) >= minimum && Number(value) <= maximum;
    case 'boolean':
      return typeof value === 'boolean';
    default:
      return true;
  }
};

const expectedOf = ({ type, minimum, maximum, enum: words }: Schema): string => {
  if (words !== undefined) return `one of ${words.join(', ')}`;
  if (type === 'boolean') return 'true or false';
  if (type === 'string') return 'a text that is not empty';
  if (type !== 'integer') return 'a value';
  if (minimum !== undefined && maximum !== undefined) return `a whole number from ${minimum} to ${maximum}`;
  return minimum === undefined ? 'a whole number' : `a whole number, ${minimum} or more`;
};

const wrong = (name: string, expected: string, got: string) =>
  new RequestProblem('bad-request', `${name}: expected ${expected}, got ${got}`);

const show = (value: unknown): string => {
  const text = typeof value === 'string' ? `'${value}'` : (JSON.stringify(value) ?? 'nothing');
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
};
