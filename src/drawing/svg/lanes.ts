import type { Picture, Row } from '../picture.js';
import { meanings, type Phase, phaseAfter } from '../signs.js';
import { timeOf } from '../times.js';
import { element } from './element.js';
import type { Band } from './layout.js';
import { plotLeft } from './page.js';
import { signShape } from './signShape.js';
import { nameLines, nameText } from './rowName.js';

/** The height of a row. */
export const laneHeight = ({ name }: Row): number => [24, 32][nameLines(name).length - 1] ?? 46;

/** Whether a row has something in a band. */
export const isIn = (picture: Picture, row: Row, band: Band): boolean => {
  const first = row.kind === 'worker' ? row.from : (row.marks[0]?.at ?? Infinity);
  return first <= band.to && endOf(picture, row) >= band.from;
};

/** The last column of a row. A condition without an end lasts as long as its worker. */
const endOf = ({ rows, width }: Picture, { kind, name, marks, to }: Row): number => {
  if (kind !== 'condition' || marks.length > 1) return to;
  const [worker = ''] = /^worker \d+/.exec(name) ?? [];
  return rows.find((row) => row.name.startsWith(`${worker},`))?.to ?? width - 1;
};

/** A row in a band: its name, its line, and its marks. */
export const lane = (picture: Picture, row: Row, band: Band, top: number): string => {
  const y = top + laneHeight(row) / 2;
  const x = (column: number) => plotLeft + band.x(column);
  const marks = row.marks
    .filter(({ at }) => at >= band.from && at <= band.to)
    .map(({ at, sign }) => signShape(sign, x(at), y, titleOf(picture, row, sign, at)));
  return [
    ...nameText(row.name, y),
    ...lines[row.kind]({ ...row, to: endOf(picture, row) }, band, x, y),
    ...(row.kind === 'condition' ? [element('g', { class: 'lasting' }, ...marks)] : marks),
  ].join('\n');
};

/** `worker 1 is ready: 12 ms`. */
const titleOf = (picture: Picture, { kind, name }: Row, sign: string, at: number): string => {
  const [worker = name] = name.split(',');
  const time = timeOf(picture, at);
  if (kind === 'worker') return `${worker} ${meanings[sign] ?? sign}: ${time}`;
  return kind === 'output' ? `${name}: ${sign === '+' ? 'several' : `slot ${sign}`} at ${time}` : `${name}: ${time}`;
};

type Line = (row: Row, band: Band, x: (column: number) => number, y: number) => readonly string[];

const lines: Readonly<Record<Row['kind'], Line>> = {
  input: () => [],
  condition: ({ marks, to }, band, x, y) => {
    const begin = marks[0]?.at ?? 0;
    return [horizontal(x(Math.max(begin, band.from)), x(Math.min(to, band.to)), y, 'condition')];
  },
  output: (_, band, x, y) => [horizontal(x(band.from), x(band.to), y, 'time-line')],
  worker: (row, band, x, y) =>
    phasesOf(row)
      .filter(({ from, to }) => from <= band.to && to > band.from)
      .map(({ from, to, phase }) =>
        horizontal(from < band.from ? x(band.from) - 6 : x(from), to > band.to ? x(band.to) + 6 : x(to), y, phase),
      ),
};

const horizontal = (from: number, to: number, y: number, name: string): string =>
  element('path', { d: `M${from.toFixed(1)} ${y}H${to.toFixed(1)}`, class: name });

interface Stretch {
  readonly from: number;
  readonly to: number;
  readonly phase: Phase;
}

/** What the worker of a row does from mark to mark, and after its last one. */
const phasesOf = ({ marks, from, to, before }: Row): readonly Stretch[] => {
  const stretches: Stretch[] = [];
  let phase = phaseAfter(before ?? (marks[0]?.sign === 'f' ? 'f' : 'a'), 'serving');
  let begin = from;
  for (const { at, sign } of marks) {
    if (at > begin) stretches.push({ from: begin, to: at, phase });
    phase = phaseAfter(sign, phase);
    begin = at;
  }
  return to > begin ? [...stretches, { from: begin, to: to + 1, phase }] : stretches;
};
