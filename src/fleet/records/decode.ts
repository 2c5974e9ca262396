/** Reads a value from another host: returns what is known of it, or throws a `Mismatch`. `path` is where it is in the record. */
export type Decode<T> = (value: unknown, path: string) => T;

/** A record, or why a value is none. */
export type Decoded<T> =
  | { readonly record: T; readonly problem?: never }
  | { readonly problem: string; readonly record?: never };

class Mismatch extends Error {}

/** Longer texts and lists are no records of this package. */
const maxLength = 10_000;

const mismatch = (path: string, expected: string, value: unknown): Mismatch =>
  new Mismatch(`${path === '' ? 'the record' : path}: expected ${expected}, got ${shown(value)}`);

const shown = (value: unknown): string => {
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (typeof value === 'number' || typeof value === 'boolean' || value === null) return String(value);
  if (value === undefined) return 'nothing';
  return Array.isArray(value) ? 'a list' : `an ${typeof value}`;
};

export const text: Decode<string> = (value, path) => {
  if (typeof value === 'string' && value.length <= maxLength) return value;
  throw mismatch(path, `a text of ${maxLength} characters at most`, value);
};

/** A text that is not empty. */
export const name: Decode<string> = (value, path) => {
  if (value !== '') return text(value, path);
  throw mismatch(path, 'a text that is not empty', value);
};

export const number: Decode<number> = (value, path) => {
  if (typeof value === 'number' && Number.isFinite(value) && value >= 0) return value;
  throw mismatch(path, 'a number, 0 or more', value);
};

export const count: Decode<number> = (value, path) => {
  if (Number.isSafeInteger(value)) return number(value, path);
  throw mismatch(path, 'a whole number, 0 or more', value);
};

export const oneOf =
  <T extends string | number | boolean>(...words: readonly T[]): Decode<T> =>
  (value, path) => {
    const word = words.find((known) => known === value);
    if (word !== undefined) return word;
    throw mismatch(path, words.map((known) => JSON.stringify(known)).join(' or '), value);
  };

export const listOf =
  <T>(decode: Decode<T>): Decode<readonly T[]> =>
  (value, path) => {
    if (!Array.isArray(value) || value.length > maxLength)
      throw mismatch(path, `a list of ${maxLength} entries at most`, value);
    return Array.from(value, (entry: unknown, index) => decode(entry, `${path}[${index}]`));
  };

export const mapOf =
  <T>(decode: Decode<T>): Decode<Readonly<Record<string, T>>> =>
  (value, path) => {
    if (!isObject(value)) throw mismatch(path, 'an object', value);
    const entries = Object.entries(value);
    if (entries.length > maxLength) throw mismatch(path, `${maxLength} entries at most`, value);
    return Object.fromEntries(entries.map(([key, entry]) => [key, decode(entry, joined(path, key))]));
  };

/** The fields of an object; those of `optional` may be missing. Fields that are not known are left out: another version may have written them. */
export const fields =
  <R, O = object>(
    required: { readonly [K in keyof R]: Decode<R[K]> },
    optional?: { readonly [K in keyof O]: Decode<O[K]> },
  ): Decode<R & Partial<O>> =>
  (value, path) => {
    if (!isObject(value)) throw mismatch(path, 'an object', value);
    const known: [string, unknown][] = [];
    for (const [key, decode] of Object.entries<Decode<unknown>>(required))
      known.push([key, decode(Object.hasOwn(value, key) ? value[key] : undefined, joined(path, key))]);
    for (const [key, decode] of Object.entries<Decode<unknown>>(optional ?? {}))
      if (Object.hasOwn(value, key) && value[key] !== undefined)
        known.push([key, decode(value[key], joined(path, key))]);
    // Each field has passed its decoder.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return Object.fromEntries(known) as R & Partial<O>;
  };

/** A decoder that accepts any input and never throws. */
export const total =
  <T>(decode: Decode<T>) =>
  (value: unknown): Decoded<T> => {
    try {
      return { record: decode(value, '') };
    } catch (error) {
      return { problem: error instanceof Mismatch ? error.message : 'the record cannot be read' };
    }
  };

const joined = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

const isObject = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
