import { simulatedParts } from '../features/simulated.js';
import { isBytesText, toBytes } from '../vocabulary/bytes.js';
import type { WorkerBehaviour } from './simulatedHost.js';

interface Row {
  readonly name: string;
  readonly marks: string;
}

/** How a worker behaves between two ages, in ms. */
type Behaves = (begin: number, end: number) => WorkerBehaviour;

const ofFeatures: ReadonlyMap<string, Behaves> = new Map(
  simulatedParts.flatMap(({ rows = {} }) => Object.entries(rows)),
);

const pattern = /^worker (\d+) (.+)$/;

/** Whether a row is about the behaviour of one worker, such as `worker 1 rss 600M`. */
export const isBehaviourRow = (name: string): boolean => pattern.test(name);

/**
 * What the rows add to the behaviour of workers, by the number of the worker. `forkedAt`: the column in which each worker is forked.
 * Throws for a row that says nothing about a worker.
 */
export const addedBehaviours = (
  rows: readonly Row[],
  forkedAt: ReadonlyMap<number, number>,
  column: number,
): ReadonlyMap<number, WorkerBehaviour> => {
  const added = new Map<number, WorkerBehaviour>();
  for (const { name, marks } of rows) {
    const [, id = '', what = ''] = pattern.exec(name) ?? [];
    if (id === '') continue;
    const worker = Number(id);
    const behave = behaves(name, what);
    const forked = forkedAt.get(worker) ?? wrong(name, `expected also a row 'worker ${id}, slot …'`);
    const [begin = wrong(name, 'expected a ! where it begins'), end = Infinity, ...more] = columnsOf(marks);
    if (begin < forked) wrong(name, `expected its first ! at ${forked} or later, when the worker is forked`);
    if (more.length > 0) wrong(name, 'expected one ! where it begins, and at most one where it ends');
    const before = added.get(worker) ?? {};
    const behaviour = behave((begin - forked) * column, (end - forked) * column);
    if (Object.keys(behaviour).some((key) => Object.hasOwn(before, key)))
      wrong(name, 'expected one such row for each worker');
    added.set(worker, { ...before, ...behaviour });
  }
  return added;
};

const behaves = (name: string, what: string): Behaves => {
  const [, size] = /^rss (\S+)$/.exec(what) ?? [];
  if (!isBytesText(size))
    return (
      ofFeatures.get(what) ??
      wrong(name, `expected ', slot …', or one of ${['rss 600M', ...ofFeatures.keys()].join(', ')} after the worker`)
    );
  const rss = toBytes(size);
  return (begin, end) => ({ usage: (age) => (age >= begin && age < end ? { rss } : {}) });
};

const columnsOf = (marks: string): readonly number[] =>
  Array.from(marks).flatMap((mark, at) => (mark === '!' ? [at] : []));

const wrong = (name: string, expected: string): never => {
  throw new Error(`row '${name}': ${expected}`);
};
