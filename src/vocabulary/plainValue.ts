import { errorData } from './errorData.js';

/** The greatest depth that is converted. */
const maxDepth = 100;
/** The largest value, in characters, as for a message. An object that is used several times counts each time. */
const maxCharacters = 64 * 1024 * 1024;
/** How many bytes of a buffer are kept. */
const maxBufferBytes = 1_024;

/** Describes a value that JSON cannot represent, or that is left out. */
interface Description {
  readonly $type: string;
  readonly [field: string]: unknown;
}

/**
 * Converts a value to plain data that JSON represents unchanged. Plain data is returned as it is. Every other value becomes an object with its type in `$type`:
 * `Date`, `bigint`, `number` (NaN, Infinity), `RegExp` with `value`; `Map` with `entries`, `Set` with `values`, `Error` with name, message and stack, a typed array or buffer with
 * `bytes` (its length) and `base64` (the first 1,024 bytes). `cycle` stands for an object inside itself, `omitted` for what is deeper than 100 levels or more than 64 million characters.
 * As in JSON, fields that are `undefined`, functions and symbols are left out. Never throws.
 */
export const plainValue = (value: unknown): unknown => {
  let weight = 0;
  const path = new Set<object>();

  const convert = (from: unknown): unknown => {
    weight += 8;
    switch (typeof from) {
      case 'string':
        weight += from.length;
        return weight > maxCharacters ? omitted : from;
      case 'number':
        return Number.isFinite(from) ? from + 0 : { $type: 'number', value: String(from) };
      case 'boolean':
        return from;
      case 'bigint':
        return { $type: 'bigint', value: String(from) };
      case 'object':
        if (from === null) return null;
        if (weight > maxCharacters || path.size >= maxDepth) return omitted;
        return path.has(from) ? { $type: 'cycle' } : convertObject(from);
      default:
        return { $type: typeof from };
    }
  };

  const convertObject = (from: object): unknown => {
    path.add(from);
    try {
      return special(from) ?? tree(from);
    } catch {
      return omitted;
    } finally {
      path.delete(from);
    }
  };

  const special = (from: object): Description | undefined => {
    if (from instanceof Date) return { $type: 'Date', ...(isValid(from) && { value: from.toISOString() }) };
    if (from instanceof Map) return { $type: 'Map', entries: list(Array.from(from)) };
    if (from instanceof Set) return { $type: 'Set', values: list(Array.from(from)) };
    if (from instanceof RegExp) return { $type: 'RegExp', value: String(from) };
    if (from instanceof Error) return { $type: 'Error', ...errorData(from) };
    if (ArrayBuffer.isView(from)) {
      return bytesOf(from.constructor.name, new Uint8Array(from.buffer, from.byteOffset, from.byteLength));
    }
    return from instanceof ArrayBuffer ? bytesOf('ArrayBuffer', new Uint8Array(from)) : undefined;
  };

  const tree = (from: object): unknown => {
    if (Array.isArray(from)) return list(from);
    let changed = false;
    const to = Object.entries(from).flatMap(([key, item]) => {
      weight += key.length;
      const converted = isLeftOut(item) ? undefined : convert(item);
      changed ||= converted === undefined || !Object.is(converted, item);
      return converted === undefined ? [] : [[key, converted] as const];
    });
    const prototype: unknown = Object.getPrototypeOf(from);
    const isPlain = (prototype === Object.prototype || prototype === null) && !('toJSON' in from);
    return changed || !isPlain ? Object.fromEntries(to) : from;
  };

  const list = (from: readonly unknown[]): readonly unknown[] => {
    // Not `map`, which skips holes.
    const to = Array.from(from, convert);
    return to.every((item, index) => Object.is(item, from[index]) && index in from) ? from : to;
  };

  return convert(value);
};

const omitted: Description = { $type: 'omitted' };

const isLeftOut = (value: unknown): boolean =>
  value === undefined || typeof value === 'function' || typeof value === 'symbol';

const isValid = (date: Date): boolean => !Number.isNaN(date.getTime());

const bytesOf = ($type: string, bytes: Uint8Array): Description => ({
  $type,
  bytes: bytes.length,
  base64: Buffer.from(bytes.subarray(0, maxBufferBytes)).toString('base64'),
});
