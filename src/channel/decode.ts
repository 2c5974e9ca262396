import { type Frame, type Batch, type Receipt, batchCommand } from './frames.js';

type Fields = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const isText = (value: unknown): boolean => typeof value === 'string';
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const isNumber = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) > 0;

/** Whether a message claims to be one of ours. It may not fit all the same. */
export const isPost = (message: unknown): message is Fields => isRecord(message) && message['cmd'] === batchCommand;

/**
 * Reads a parcel or a receipt; `undefined` for anything else, and for one that does not fit. Accepts any input, and costs the same for each, however much is in it: messages are the application's own, and letters are looked at
 * one by one when they are read.
 */
export const decodePost = (message: unknown): Batch | Receipt | undefined => (fits(message) ? message : undefined);

const fits = (message: unknown): message is Batch | Receipt => {
  if (!isPost(message)) return false;
  const { taken, n, lost, messages, letters } = message;
  if ('taken' in message) return isCount(taken);
  if (!isNumber(n) || (lost !== undefined && !isCount(lost))) return false;
  return Array.isArray(messages) || (messages === undefined && Array.isArray(letters));
};

const isTopic = ({ topic }: Fields): boolean => isText(topic);

/** What each kind of letter must have. A kind that is missing here is one of a newer version. */
const kinds: ReadonlyMap<unknown, (fields: Fields) => boolean> = new Map(
  Object.entries({
    ask: ({ id }) => isNumber(id),
    open: ({ id, name, credit }) => isNumber(id) && isText(name) && isCount(credit),
    answer: ({ id }) => isNumber(id),
    value: ({ id }) => isNumber(id),
    end: ({ id }) => isNumber(id),
    fail: ({ id, why }) => isNumber(id) && isText(why),
    credit: ({ id, credit }) => isNumber(id) && isCount(credit),
    drop: ({ id }) => isNumber(id),
    join: isTopic,
    leave: isTopic,
    publish: isTopic,
    fault: ({ why }) => isText(why),
  } satisfies Readonly<Record<Frame['type'], (fields: Fields) => boolean>>),
);

/** Whether a value from a parcel is a letter that fits. Accepts any input. */
export const isLetter = (value: unknown): value is Frame =>
  isRecord(value) && kinds.get(value['type'])?.(value) === true;

/** Whether a value may be a letter of a newer version: it is passed over, and nothing is wrong with it. */
export const isLater = (value: unknown): boolean =>
  isRecord(value) && typeof value['type'] === 'string' && !kinds.has(value['type']);
