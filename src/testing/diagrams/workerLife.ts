import type { Config } from '../../config/options.js';
import { showValue } from '../../vocabulary/errors.js';
import { type DiagramRow, wrongMark } from './diagramRows.js';
import type { DiagramExit } from './diagramExits.js';
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

/** How the row of a worker is to be read. */
export interface WorkerReading {
  /** ms of a column. */
  readonly column: number;
  /** The option of its cluster: what `r` stands for. */
  readonly ready: Config['ready'];
  /** How it exits, if that is no usual crash. */
  readonly exit: DiagramExit | undefined;
}

/** Reads the row of a worker. Throws `DiagramError` for letters that do not exist, or that contradict each other. */
export const workerLife = (row: DiagramRow, reading: WorkerReading): WorkerLife => {
  const isCoarse = reading.column > 1;
  checkLetters(row, isCoarse);
  checkOrder(row);
  checkExit(row, isCoarse);
  const { name, marks } = row;
  const life = readBehaviour(marks, reading);
  return {
    worker: workerOf(name),
    forkedAt: forkOf(marks),
    behaviour: reading.exit === undefined ? life : { ...life, ...exitingAs(row, reading.exit, reading.column) },
  };
};

/** The column of the fork: the first one. There `f` is hidden if a column is longer than 1 ms, and something else happens in it. */
const forkOf = (marks: string): number => marks.search(/\S/);

const checkLetters = (row: DiagramRow, isCoarse: boolean): void => {
  const marks = Array.from(row.marks);
  const first = forkOf(row.marks);
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
  if (row.marks.charAt(first) !== 'f' && !(isCoarse && hidesFork.test(row.marks.charAt(first))))
    wrongMark(row, first, `expected first f, the fork of the worker, got ${showValue(row.marks.charAt(first))}`);
};

/** What can be in the column of the fork, where a column is longer than 1 ms. */
const hidesFork = /[oragtx|]/;

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

const checkExit = (row: DiagramRow, isCoarse: boolean): void => {
  const { marks } = row;
  const exit = marks.search(/[|x]/);
  if (exit === -1) return;
  if (exit < marks.length - 1) wrongMark(row, exit + 1, "expected nothing behind the exit of the worker ('|' or 'x')");
  const asked = marks.includes('t');
  if (asked && marks.endsWith('x'))
    wrongMark(row, exit, "expected '|', because the master has asked the worker to leave (t)");
  // In a column that is longer than 1 ms the exit hides that it was asked.
  if (!asked && !isCoarse && !marks.includes('k') && marks.endsWith('|'))
    wrongMark(row, exit, "expected 'x', because the master has not asked the worker to leave (t)");
};

const readBehaviour = (marks: string, { column, ready }: WorkerReading): WorkerBehaviour => {
  const fork = forkOf(marks);
  const at = (mark: string) => (marks.includes(mark) ? (marks.indexOf(mark) - fork) * column : Infinity);
  // Without minReadyTime the letter a hides r, which is in the same column.
  const readyAt = Math.min(at('r'), at('a'));
  const askedAt = at('t') === Infinity ? at('|') : at('t');
  const leaves = at('|') - askedAt;
  // A letter hides those before it that are in its column.
  const hidesOnline = column > 1 || ready === 'online';
  return {
    online: hidesOnline ? Math.min(at('o'), readyAt) : at('o'),
    listening: readyAt,
    ...(ready === 'message' && readyAt < Infinity && { saysReady: readyAt }),
    ...(/[mM]/.test(marks) && { says: messagesOf(marks, fork, column) }),
    ...(at('x') < Infinity && at('g') === Infinity && at('k') === Infinity && { crashes: { after: at('x') } }),
    ...(at('g') < Infinity && { walksOut: at('g'), leaves: at('x') - at('g') }),
    ...(askedAt < Infinity && { leaves: at('k') < Infinity || at('q') < Infinity ? Infinity : leaves }),
    ...(at('q') < Infinity && at('k') === Infinity && { terminates: at('|') - at('q') }),
  };
};

/** An exit that is not that of a usual crash. Throws `DiagramError` if the row has none. */
const exitingAs = (row: DiagramRow, exit: DiagramExit, column: number): WorkerBehaviour => {
  const { marks } = row;
  if (!/[x|]$/.test(marks) || /[qk]/.test(marks))
    wrongMark(
      row,
      marks.length - 1,
      `expected x or | at its end, because the option 'exits' says how it exits, and no signal of the master (q, k)`,
    );
  if (exit === 'not started') return { spawns: false };
  const after = (marks.length - 1 - forkOf(marks)) * column;
  return { leaves: Infinity, crashes: { after, ...(typeof exit === 'number' ? { code: exit } : { signal: exit }) } };
};

const messagesOf = (marks: string, fork: number, column: number) =>
  Array.from(marks).flatMap((cmd, place) =>
    cmd === 'm' || cmd === 'M'
      ? [{ after: (place - fork) * column, messages: Array.from({ length: cmd === 'm' ? 1 : 3 }, () => ({ cmd })) }]
      : [],
  );
