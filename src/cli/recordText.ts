import type { EventLine } from '../client.js';
import type { LogRecord } from '../index.js';
import { harmless, harmlessLines } from './harmless.js';
import type { Colour, Paint } from './style.js';
import { timeOfDay } from './units.js';

/** A line of a worker: time, level, cluster and slot, text, other fields. */
export const recordText = ({ worker, level, time, msg, fields }: LogRecord, paint: Paint): string => {
  const { err, ...others } = fields;
  const more = Object.entries(others)
    .filter(([name]) => !omitted.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  const who = `${harmless(worker.cluster)} slot ${worker.slot}`;
  const text = `${harmlessLines(msg)}${more === '' ? '' : ` ${paint('dim', harmless(more))}`}${stackOf(err)}`;
  return lines(
    `${begin(time, level, paint)} ${paint('cyan', who)} │ `,
    text,
    paint('cyan', `${' '.repeat(11)}${who} │ `),
  );
};

/** An event: time, level, cluster, sentence. */
export const eventText = ({ level, text, event }: EventLine, paint: Paint): string =>
  `${begin(event.time, numbers[level], paint)} ${paint('bold', harmless(event.cluster))} │ ${harmless(text)}\n`;

const numbers: Readonly<Record<EventLine['level'], number>> = { trace: 10, debug: 20, info: 30, warn: 40, error: 50 };

/** The same in each line, or already told. */
const omitted: ReadonlySet<string> = new Set(['pid', 'hostname', 'name', 'v', 'worker']);

const begin = (time: number, level: number, paint: Paint): string => {
  const [colour, mark] = markOf(level);
  return `${paint('dim', timeOfDay(time))} ${paint(colour, mark)}`;
};

const markOf = (level: number): readonly [Colour, string] => {
  if (level >= 50) return ['red', '■'];
  if (level >= 40) return ['yellow', '▲'];
  return level >= 30 ? ['green', '●'] : ['dim', '·'];
};

const stackOf = (error: unknown): string => {
  if (typeof error !== 'object' || error === null) return '';
  const stack = 'stack' in error && typeof error.stack === 'string' ? error.stack : JSON.stringify(error);
  return `\n${harmlessLines(stack)}`;
};

/** The further lines of a text begin as wide as the first. */
const lines = (first: string, text: string, further: string): string =>
  `${first}${text.replaceAll('\n', `\n${further}`)}\n`;
