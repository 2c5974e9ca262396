import { MessageError, messageOf } from '../vocabulary/errors.js';

/** How messages are serialised: as JSON, or as Node's `advanced` has it. */
export type Serialization = 'json' | 'advanced';

/** A message as it was when it was sent. */
export interface CopiedMessage {
  readonly copy: unknown;
  /** About so many characters. */
  readonly weight: number;
  /** What cannot be copied cheaply is serialised at once, and travels alone. */
  readonly alone: boolean;
}

/** The heaviest message, in characters. */
const heaviest = 64 * 1024 * 1024;
/** As deep as data usually is; what is deeper, or goes round, is left to the serialiser. */
const deepest = 100;

const unusual = Symbol('unusual');

/**
 * Copies a message, so that it arrives as it is now although it leaves later. Plain data is copied here, which costs a tenth of what serialising does; JSON makes
 * of everything else what it makes of it. Throws `MessageError` for what cannot be sent.
 *
 * `what` is what the error says of the caller.
 */
export const messageCopier = (serialization: Serialization): ((what: string, message: unknown) => CopiedMessage) => {
  const json = serialization === 'json';
  let weight = 0;

  const other = (value: object): unknown => {
    if (!json) throw unusual;
    const text: string | undefined = JSON.stringify(value);
    weight += text?.length ?? 0;
    return text === undefined ? undefined : JSON.parse(text);
  };

  const plain = (value: unknown, depth: number): unknown => {
    switch (typeof value) {
      case 'string':
        weight += value.length;
        return value;
      case 'object':
        weight += 8;
        return value === null ? null : tree(value, depth + 1);
      case 'bigint':
        if (json) throw new TypeError('Do not know how to serialize a BigInt');
        return value;
      case 'function':
      case 'symbol':
        if (json) return undefined;
        throw unusual;
      default:
        weight += 8;
        return value;
    }
  };

  const tree = (value: object, depth: number): unknown => {
    if (depth > deepest) throw unusual;
    if (Array.isArray(value)) return value.map((item) => plain(item, depth));
    const prototype: unknown = Object.getPrototypeOf(value);
    if ((prototype !== Object.prototype && prototype !== null) || 'toJSON' in value) return other(value);
    const copy: Record<string, unknown> = { ...value };
    for (const key in copy) {
      // What the spread has copied is its own, `__proto__` too.
      weight += key.length;
      const item = copy[key];
      if (typeof item === 'string') weight += item.length;
      else if (typeof item !== 'number') copy[key] = plain(item, depth);
    }
    return copy;
  };

  return (what, message) => {
    weight = 0;
    let copy: unknown;
    let alone = false;
    try {
      copy = plain(message, 0);
    } catch (thrown) {
      alone = thrown === unusual && !json;
      if (thrown === unusual && json) copy = whole(what, message);
      else if (!alone) throw unfit(what, thrown);
    }
    if (weight > heaviest) {
      throw new MessageError(
        `${what}: expected a message of at most ${heaviest} characters, got about ${weight}. Write it to a file, and send where it is`,
      );
    }
    if (alone) return { copy: message, weight, alone };
    if (copy === undefined) throw unfit(what, `a message cannot be ${typeof message}`);
    return { copy, weight, alone };
  };
};

/** By the serialiser itself, which also says what is wrong. */
const whole = (what: string, message: unknown): unknown => {
  try {
    return JSON.parse(JSON.stringify(message));
  } catch (thrown) {
    throw unfit(what, thrown);
  }
};

const unfit = (what: string, thrown: unknown): MessageError =>
  new MessageError(
    `${what}: expected a message that can be serialised; ${typeof thrown === 'string' ? thrown : messageOf(thrown)}`,
    { cause: thrown },
  );
