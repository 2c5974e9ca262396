import { type Frame, type Batch, type Acknowledgement, batchCommand } from './frames.js';

type Fields = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null;
const isText = (value: unknown): boolean => typeof value === 'string';
const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0;
const isNumber = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) > 0;

/** Whether a message has our `cmd`. Its content may still be invalid. */
export const isChannelMessage = (message: unknown): message is Fields =>
  isRecord(message) && message['cmd'] === batchCommand;

/**
 * Decodes a batch or an acknowledgement; `undefined` for anything else and for invalid ones. Accepts any input at a constant cost: the application's messages are not inspected, and the frames of a batch are checked
 * one by one when they are handled.
 */
export const decodeChannelMessage = (message: unknown): Batch | Acknowledgement | undefined =>
  isValid(message) ? message : undefined;

const isValid = (message: unknown): message is Batch | Acknowledgement => {
  if (!isChannelMessage(message)) return false;
  const { acknowledged, n, lost, messages, frames } = message;
  if ('acknowledged' in message) return isCount(acknowledged);
  if (!isNumber(n) || (lost !== undefined && !isCount(lost))) return false;
  return Array.isArray(messages) || (messages === undefined && Array.isArray(frames));
};

const isTopic = ({ topic }: Fields): boolean => isText(topic);

/** The fields each type of frame must have. An unknown type belongs to a newer version. */
const requiredFields: ReadonlyMap<unknown, (fields: Fields) => boolean> = new Map(
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

/** Whether a value from a batch is a valid frame. Accepts any input. */
export const isFrame = (value: unknown): value is Frame =>
  isRecord(value) && requiredFields.get(value['type'])?.(value) === true;

/** Whether a value may be a frame of a newer version. Those are ignored without an error. */
export const isUnknownFrame = (value: unknown): boolean =>
  isRecord(value) && typeof value['type'] === 'string' && !requiredFields.has(value['type']);
