/** A field of an event, or the type of a field: its description, and how it is decoded. */
export interface Field<T> {
  /** Its type and unit, as in the documentation. */
  readonly type: string;
  readonly meaning: string;
  /** Decodes a value as this type; `undefined` if it does not fit. Accepts any JSON value. */
  readonly read: (value: unknown) => T | undefined;
}

/** A field that may be left out. */
export interface OptionalField<T> extends Field<T> {
  readonly optional: true;
}

type Fields = Readonly<Record<string, Field<unknown>>>;
type Read<F extends Fields> = {
  readonly [K in keyof F as F[K] extends { readonly optional: true } ? never : K]: F[K] extends Field<infer T>
    ? T
    : never;
} & {
  readonly [K in keyof F as F[K] extends { readonly optional: true } ? K : never]?: F[K] extends Field<infer T>
    ? T
    : never;
};

const field = <T>(type: string, meaning: string, isIt: (value: unknown) => value is T): Field<T> => ({
  type,
  meaning,
  read: (value) => (isIt(value) ? value : undefined),
});

const isText = (value: unknown): value is string => typeof value === 'string';
const isNumber = (value: unknown): value is number => Number.isFinite(value);
const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean';
const isTrue = (value: unknown): value is true => value === true;

export const text = (meaning: string): Field<string> => field('text', meaning, isText);
/** A duration. */
export const ms = (meaning: string): Field<number> => field('ms', meaning, isNumber);
export const number = (meaning: string): Field<number> => field('number', meaning, isNumber);
/** An amount of memory. */
export const bytes = (meaning: string): Field<number> => field('bytes', meaning, isNumber);
export const boolean = (meaning: string): Field<boolean> => field('boolean', meaning, isBoolean);
/** Present or left out. */
export const mark = (meaning: string): Field<true> => field('`true`', meaning, isTrue);

export const oneOf = <const T extends string | number>(values: readonly T[], meaning: string): Field<T> =>
  field(values.map((value) => `\`${value}\``).join(', '), meaning, (value): value is T =>
    values.some((one) => one === value),
  );

export const orNull = <T>({ type, meaning, read }: Field<T>): Field<T | null> => ({
  type: `${type} or \`null\``,
  meaning,
  read: (value) => (value === null ? null : read(value)),
});

export const optional = <T>(of: Field<T>): OptionalField<T> => ({ ...of, optional: true });

export const listOf = <T>({ type, read }: Field<T>, meaning: string): Field<readonly T[]> => ({
  type: `list of ${type}`,
  meaning,
  read: (value) => {
    if (!Array.isArray(value)) return undefined;
    const items = value.map((item: unknown) => read(item)).filter((item) => item !== undefined);
    return items.length === value.length ? items : undefined;
  },
});

/** An object with these fields; others are left out. */
export const objectOf = <F extends Fields>(type: string, fields: F, meaning: string): Field<Read<F>> => ({
  type,
  meaning,
  read: readFields(fields),
});

export const mapOf = <T>({ type, read }: Field<T>, meaning: string): Field<Readonly<Record<string, T>>> => ({
  type: `object of ${type}`,
  meaning,
  read: (value) => {
    if (!isRecord(value)) return undefined;
    const entries = Object.entries(value).map(([key, item]) => [key, read(item)] as const);
    const fitting = entries.flatMap(([key, item]) => (item === undefined ? [] : [[key, item] as const]));
    return fitting.length === entries.length ? Object.fromEntries(fitting) : undefined;
  },
});

/** Any JSON value. */
export const anything = (meaning: string): Field<unknown> => ({ type: 'any', meaning, read: (value) => value });

/** The same type with another meaning. */
export const as = <T>(of: Field<T>, meaning: string): Field<T> => ({ ...of, meaning });

/** Decodes an object by its fields; `undefined` if a field is missing or does not fit. Unknown fields are left out. */
export const readFields =
  <F extends Fields>(fields: F) =>
  (value: unknown): Read<F> | undefined => {
    if (!isRecord(value)) return undefined;
    const found: Record<string, unknown> = {};
    for (const [key, of] of Object.entries(fields)) {
      const given = Object.hasOwn(value, key) ? value[key] : undefined;
      if (given === undefined && isOptional(of)) continue;
      const item = of.read(given);
      if (item === undefined) return undefined;
      found[key] = item;
    }
    // Each field has been decoded as its type.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return found as Read<F>;
  };

/** Whether a field may be left out. */
export const isOptional = (of: Field<unknown>): boolean => 'optional' in of;

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
