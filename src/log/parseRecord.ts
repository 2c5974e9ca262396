import { isUtf8 } from 'node:buffer';
import { levels, type LogRecord } from '../vocabulary/logRecord.js';
import { type Origin, withoutReturns } from './splice.js';

/** Parses one line without its newline, or the lines of a stack. `part` is the number of a piece of a line over the length limit; `arrived` is the time of a line that has none. */
export const parseRecord = (
  { worker, output }: Origin,
  line: Buffer,
  part?: number,
  arrived: number = Date.now(),
): LogRecord => {
  const whole = line.toString('utf8');
  const text = part === undefined ? withoutReturns(whole) : whole;
  const mayBeJson = part === undefined && text.startsWith('{"');
  const { isJson, ...parts } = mayBeJson ? parseLine(text, output, arrived) : plainParts(text, output, arrived);
  const malformed = isUtf8(line) ? (mayBeJson && !isJson ? 'JSON' : undefined) : 'UTF-8';
  return { worker, output, ...parts, ...(malformed && { malformed }), ...(part !== undefined && { part }) };
};

type Parts = Pick<LogRecord, 'level' | 'time' | 'msg' | 'fields'> & { readonly isJson: boolean };

/** Parses a line that should be JSON; anything else becomes a record whose `msg` is the line. */
export const parseLine = (text: string, output: LogRecord['output'], arrived: number = Date.now()): Parts => {
  const json = parse(text);
  if (json === null) return plainParts(text, output, arrived);
  const { level, time, msg = '', ...fields } = json;
  const defaults = plainParts('', output, arrived);
  return {
    level: levelOf(level) ?? defaults.level,
    time: timeOf(time) ?? defaults.time,
    msg: typeof msg === 'string' ? msg : JSON.stringify(msg),
    fields,
    isJson: true,
  };
};

const plainParts = (msg: string, output: LogRecord['output'], time: number): Parts => ({
  level: output === 'stdout' ? levels.info : levels.error,
  time,
  msg,
  fields: {},
  isJson: false,
});

/** `null` for text that is not JSON. */
const parse = (text: string): Readonly<Record<string, unknown>> | null => {
  try {
    const json: Readonly<Record<string, unknown>> = JSON.parse(text);
    return json;
  } catch {
    return null;
  }
};

const levelOf = (level: unknown): number | undefined => {
  if (typeof level === 'number') return level;
  if (typeof level !== 'string') return undefined;
  return Object.entries(levels).find(([name]) => name === level.toLowerCase())?.[1];
};

const timeOf = (time: unknown): number | undefined => {
  if (typeof time === 'number') return time;
  const ms = typeof time === 'string' ? Date.parse(time) : Number.NaN;
  return Number.isNaN(ms) ? undefined : ms;
};
