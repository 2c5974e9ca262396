import type { LogRecord } from '../index.js';

const maxMessage = 2_000;
const maxFields = 4_000;

/** A record as JSON of a few kB, however long its line is: the message is cut, and fields that are too large are left out. */
export const shortLine = (record: LogRecord): string => {
  const { msg, fields } = record;
  const short = msg.length > maxMessage ? `${msg.slice(0, maxMessage)}… (${msg.length} characters)` : msg;
  return JSON.stringify({ ...record, msg: short, fields: JSON.stringify(fields).length > maxFields ? {} : fields });
};
