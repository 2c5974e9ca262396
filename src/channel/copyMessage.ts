import { MessageError, messageOf } from '../vocabulary/errors.js';

/** How messages are serialised: as JSON, or with Node's `serialization: 'advanced'`. */
export type Serialization = 'json' | 'advanced';

/** A message as it was when it was sent. */
export interface CopiedMessage {
  readonly copy: unknown;
  /** The approximate size in characters. */
  readonly weight: number;
  /** Whether the message cannot be copied cheaply. It is then serialised at once and sent in a batch of its own. */
  readonly alone: boolean;
}

/** The largest message that may be sent, in characters. */
const maxMessageCharacters = 64 * 1024 * 1024;
/** Deeper data, and cycles, are left to the serialiser. */
const maxCopyDepth = 100;

const notCopyable = Symbol('notCopyable');

/**
 * Copies a message when it is sent, because it leaves the process later and may change meanwhile. Plain data is copied directly, at a tenth of the cost of serialising it;
 * anything else goes through JSON. Throws `MessageError` for a message that cannot be serialised or is too large.
 *
 * `what` is the name of the called function, for the error.
 */
export const messageCopier = (serialization: Serialization): ((what: string, message: unknown) => CopiedMessage) => {
  const json = serialization === 'json';
  let weight = 0;

  const copyByJson = (value: object): unknown => {
    if (!json) throw notCopyable;
    const text: string | undefined = JSON.stringify(value);
    weight += text?.length ?? 0;
    return text === undefined ? undefined : JSON.parse(text);
  };

  const copyValue = (value: unknown, depth: number): unknown => {
    switch (typeof value) {
      case 'string':
        weight += value.length;
        return value;
      case 'object':
        weight += 8;
        return value === null ? null : copyObject(value, depth + 1);
      case 'bigint':
        if (json) throw new TypeError('Do not know how to serialize a BigInt');
        return value;
      case 'function':
      case 'symbol':
        if (json) return undefined;
        throw notCopyable;
      default:
        weight += 8;
        return value;
    }
  };

  const copyObject = (value: object, depth: number): unknown => {
    if (depth > maxCopyDepth) throw notCopyable;
    if (Array.isArray(value)) return value.map((item) => copyValue(item, depth));
    const prototype: unknown = Object.getPrototypeOf(value);
    if ((prototype !== Object.prototype && prototype !== null) || 'toJSON' in value) return copyByJson(value);
    const copy: Record<string, unknown> = { ...value };
    for (const key in copy) {
      // All keys of the copy are its own, including `__proto__`.
      weight += key.length;
      const item = copy[key];
      if (typeof item === 'string') weight += item.length;
      else if (typeof item !== 'number') copy[key] = copyValue(item, depth);
    }
    return copy;
  };

  return (what, message) => {
    weight = 0;
    let copy: unknown;
    let alone = false;
    try {
      copy = copyValue(message, 0);
    } catch (thrown) {
      alone = thrown === notCopyable && !json;
      if (thrown === notCopyable && json) copy = serialiseAndParse(what, message);
      else if (!alone) throw notSerialisable(what, thrown);
    }
    if (weight > maxMessageCharacters) {
      throw new MessageError(
        `${what}: expected a message of at most ${maxMessageCharacters} characters, got about ${weight}. Write it to a file, and send where it is`,
      );
    }
    if (alone) return { copy: message, weight, alone };
    if (copy === undefined) throw notSerialisable(what, `a message cannot be ${typeof message}`);
    return { copy, weight, alone };
  };
};

/** The serialiser decides, and its error says what is wrong. */
const serialiseAndParse = (what: string, message: unknown): unknown => {
  try {
    return JSON.parse(JSON.stringify(message));
  } catch (thrown) {
    throw notSerialisable(what, thrown);
  }
};

const notSerialisable = (what: string, thrown: unknown): MessageError =>
  new MessageError(
    `${what}: expected a message that can be serialised; ${typeof thrown === 'string' ? thrown : messageOf(thrown)}`,
    { cause: thrown },
  );
