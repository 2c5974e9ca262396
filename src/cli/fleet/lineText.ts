import type { ViewedLine } from '../../fleet.js';
import { harmless, harmlessLines } from '../harmless.js';
import type { Colour, Paint } from '../style.js';
import { timeOfDay } from '../units.js';

const marks: Readonly<Record<ViewedLine['level'], readonly [Colour, string]>> = {
  trace: ['dim', '·'],
  debug: ['dim', '·'],
  info: ['green', '●'],
  warn: ['yellow', '▲'],
  error: ['red', '■'],
  fatal: ['red', '■'],
};

/** Already told, or the same in each line. */
const omitted: ReadonlySet<string> = new Set(['pid', 'hostname', 'name', 'v', 'worker']);

/** `12:00:01 ● web2 shop slot 1 │ text field=value`. */
export const lineText = (
  host: string,
  { time, level, service, slot, text, fields = {} }: ViewedLine,
  paint: Paint,
): string => {
  const [colour, mark] = marks[level];
  const others = Object.entries(fields)
    .filter(([name]) => !omitted.has(name))
    .map(([name, value]) => `${name}=${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(' ');
  const who = `${paint('bold', harmless(host))} ${paint('cyan', `${harmless(service)}${slot === undefined ? '' : ` slot ${slot}`}`)}`;
  const more = others === '' ? '' : ` ${paint('dim', harmless(others))}`;
  return `${paint('dim', timeOfDay(time))} ${paint(colour, mark)} ${who} │ ${harmlessLines(text).replaceAll('\n', '\n           │ ')}${more}\n`;
};
