import type { LogRecord } from '../../index.js';
import { fits } from '../model/rows.js';
import type { Decision } from '../model/view.js';
import { type Span, span } from '../screen/frame.js';
import { plainText } from '../screen/plainText.js';
import type { Style } from '../screen/style.js';
import { levelStyle } from './stateStyle.js';
import type { Lines } from './table.js';
import { timeOfDay } from './units.js';

/** Those that fit the filter, the latest last, without the last `back` ones. */
export interface Part {
  readonly filter: string;
  readonly height: number;
  readonly back: number;
}

export const decisionLines = (decisions: readonly Decision[], part: Part): Lines =>
  lastOf(decisions, part, ({ cluster, text }) => `${cluster} ${text}`).map(({ time, level, cluster, text }) => [
    span(` ${timeOfDay(time)} `, 'dim'),
    span(`${plainText(cluster, 40)} `, 'bold'),
    span(plainText(text), levelStyle(level)),
  ]);

export const logLines = (records: readonly LogRecord[], part: Part): Lines =>
  lastOf(records, part, ({ worker, msg }) => `${worker.cluster}/${worker.slot} ${msg}`).map(
    ({ time, level, worker, msg, fields }): readonly Span[] => [
      span(` ${timeOfDay(time)} `, 'dim'),
      span(`${plainText(worker.cluster, 40)}/${worker.slot} `, 'cyan'),
      span(plainText(msg), numberStyle(level)),
      span(fieldsOf(fields), 'dim'),
    ],
  );

const lastOf = <T>(all: readonly T[], { filter, height, back }: Part, textOf: (one: T) => string): readonly T[] => {
  const found: T[] = [];
  for (let at = all.length - 1; at >= 0 && found.length < height + back; at -= 1) {
    const one = all[at];
    if (one !== undefined && (filter === '' || fits(filter, textOf(one)))) found.push(one);
  }
  return found
    .slice(Math.max(0, Math.min(back, found.length - height)))
    .slice(0, height)
    .toReversed();
};

/** pino's numbers. */
const numberStyle = (level: number): Style => {
  if (level >= 50) return 'red';
  if (level >= 40) return 'yellow';
  return level >= 30 ? '' : 'dim';
};

/** The same in each line, or already shown. */
const omitted: ReadonlySet<string> = new Set(['pid', 'hostname', 'name', 'v', 'worker']);

const fieldsOf = (fields: LogRecord['fields']): string => {
  const shown = Object.entries(fields)
    .filter(([name]) => !omitted.has(name))
    .slice(0, 8)
    .map(([name, value]) =>
      `${name}=${typeof value === 'string' ? value : (JSON.stringify(value) ?? '')}`.slice(0, 200),
    );
  return shown.length === 0 ? '' : ` ${plainText(shown.join(' '), 400)}`;
};
