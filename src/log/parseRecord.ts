import { isUtf8 } from 'node:buffer';
import { levels, type LogRecord } from '../vocabulary/logRecord.js';
import type { Origin } from './splice.js';

/** Reads one line, without its newline. */
export const parseRecord = ({ worker, output }: Origin, line: Buffer, part?: number): LogRecord => {
  const whole = line.toString('utf8');
  const text = part === undefined && whole.endsWith('\r') ? whole.slice(0, -1) : whole;
  const mayBeJson = part === undefined && text.startsWith('{"');
  const { isJson, ...parts } = mayBeJson ? parseLine(text, output) : plain(text, output);
  const malformed = isUtf8(line) ? (mayBeJson && !isJson ? 'JSON' : undefined) : 'UTF-8';
  return { worker, output, ...parts, ...(malformed && { malformed }), ...(part !== undefined && { part }) };
};

type Parts = Pick<LogRecord, 'level' | 'time' | 'msg' | 'fields'> & { readonly isJson: boolean };

/** The parts of a line that is to be JSON. */
export const parseLine = (text: string, output: LogRecord['output']): Parts => {
  const json = parse(text);
  if (json === null) return plain(text, output);
  const { level, time, msg = '', ...fields } = json;
  const missing = plain('', output);
  return {
    level: levelOf(level) ?? missing.level,
    time: timeOf(time) ?? missing.time,
    msg: typeof msg === 'string' ? msg : JSON.stringify(msg),
    fields,
    isJson: true,
  };
};

const plain = (msg: string, output: LogRecord['output']): Parts => ({
  level: output === 'stdout' ? levels.info : levels.error,
  time: Date.now(),
  msg,
  fields: {},
  isJson: false,
});

/** `null` for what is no JSON. */
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
