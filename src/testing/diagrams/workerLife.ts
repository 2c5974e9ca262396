import { showValue } from '../../vocabulary/errors.js';
import { type DiagramRow, wrongMark } from './diagramRows.js';
import { workerOf } from './rowNames.js';
import type { WorkerBehaviour } from '../simulatedHost.js';

/** What a worker's row says. */
export interface WorkerLife {
  readonly worker: number;
  /** The column in which it is forked. */
  readonly forkedAt: number;
  readonly behaviour: WorkerBehaviour;
}

/** The letters of a worker's row, in the words of an error. */
const letters: Readonly<Record<string, string>> = {
  f: 'f fork',
  o: 'o online',
  m: 'm a message',
  M: 'M three messages',
  r: 'r ready',
  a: 'a available',
  g: 'g leaves unasked',
  t: 't asked to leave',
  q: 'q SIGTERM',
  k: 'k SIGKILL',
  '|': '| exit as asked',
  x: 'x any other exit',
};

/** Reads the row of a worker. Throws `DiagramError` for letters that do not exist, or that contradict each other. */
export const workerLife = (row: DiagramRow, column: number): WorkerLife => {
  checkLetters(row);
  checkOrder(row);
  checkExit(row);
  const { name, marks } = row;
  const forkedAt = marks.indexOf('f');
  return { worker: workerOf(name), forkedAt, behaviour: behaviour(marks, column) };
};

const checkLetters = (row: DiagramRow): void => {
  const marks = Array.from(row.marks);
  const first = marks.findIndex((mark) => mark !== ' ');
  const seen = new Map<string, number>();
  for (const [at, mark] of marks.entries()) {
    if (at < first || mark === '-') continue;
    const name = Object.hasOwn(letters, mark) ? letters[mark] : undefined;
    if (mark === ' ') wrongMark(row, at, "expected '-' where nothing happens to the worker, got a space");
    if (name === undefined)
      wrongMark(row, at, `expected one of ${Object.values(letters).join(', ')}, got ${showValue(mark)}`);
    const before = seen.get(mark);
    if (before !== undefined && mark === 'f')
      wrongMark(row, at, 'expected one fork (f). The next worker of the slot has a row of its own');
    if (before !== undefined && mark !== 'm' && mark !== 'M')
      wrongMark(row, at, `expected '${mark}' once, and it is in column ${before}`);
    seen.set(mark, at);
  }
  if (row.marks.charAt(first) !== 'f')
    wrongMark(row, first, `expected first f, the fork of the worker, got ${showValue(row.marks.charAt(first))}`);
};

/** The second never comes before the first in a row. */
const orders: readonly (readonly [string, string])[] = [
  ['o', 'r'],
  ['o', 'a'],
  ['r', 'a'],
  ['t', 'q'],
];

const checkOrder = (row: DiagramRow): void => {
  for (const [first, second] of orders) {
    const [one, other] = [row.marks.indexOf(first), row.marks.indexOf(second)];
    if (one !== -1 && other !== -1 && other < one)
      wrongMark(row, other, `expected ${letters[second]} after ${letters[first]}, which is in column ${one}`);
  }
};

const checkExit = (row: DiagramRow): void => {
  const { marks } = row;
  const exit = marks.search(/[|x]/);
  if (exit === -1) return;
  if (exit < marks.length - 1) wrongMark(row, exit + 1, "expected nothing behind the exit of the worker ('|' or 'x')");
  const asked = marks.includes('t');
  if (asked && marks.endsWith('x'))
    wrongMark(row, exit, "expected '|', because the master has asked the worker to leave (t)");
  if (!asked && !marks.includes('k') && marks.endsWith('|'))
    wrongMark(row, exit, "expected 'x', because the master has not asked the worker to leave (t)");
};

const behaviour = (marks: string, column: number): WorkerBehaviour => {
  const fork = marks.indexOf('f');
  const at = (mark: string) => (marks.includes(mark) ? (marks.indexOf(mark) - fork) * column : Infinity);
  const leaves = at('|') - at('t');
  return {
    online: at('o'),
    // Without minReadyTime the letter a hides r, which is in the same column.
    listening: Math.min(at('r'), at('a')),
    ...(/[mM]/.test(marks) && { says: messagesOf(marks, fork, column) }),
    ...(at('x') < Infinity && at('g') === Infinity && at('k') === Infinity && { crashes: { after: at('x') } }),
    ...(at('g') < Infinity && { walksOut: at('g'), leaves: at('x') - at('g') }),
    ...(at('t') < Infinity && { leaves: at('k') < Infinity || at('q') < Infinity ? Infinity : leaves }),
    ...(at('q') < Infinity && at('k') === Infinity && { terminates: at('|') - at('q') }),
  };
};

const messagesOf = (marks: string, fork: number, column: number) =>
  Array.from(marks).flatMap((cmd, place) =>
    cmd === 'm' || cmd === 'M'
      ? [{ after: (place - fork) * column, messages: Array.from({ length: cmd === 'm' ? 1 : 3 }, () => ({ cmd })) }]
      : [],
  );
