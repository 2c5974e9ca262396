import { behaviourOf } from './behaviourNames.js';
import { type DiagramRow, wrongMark, wrongRow } from './diagramRows.js';
import type { WorkerBehaviour } from '../simulatedHost.js';
import type { WorkerLife } from './workerLife.js';

/** What rows such as `worker 1 rss 600M` add to the behaviour of the workers that are drawn, by their numbers. Throws `DiagramError` for a row that contradicts another one. */
export const addedBehaviours = (
  rows: readonly DiagramRow[],
  lives: readonly WorkerLife[],
  column: number,
): ReadonlyMap<number, WorkerBehaviour> => {
  const added = new Map<number, WorkerBehaviour>();
  for (const row of rows) {
    const said = behaviourOf(row.name);
    if (said === undefined) continue;
    const { worker, behaves } = said;
    const [begin, end = Infinity, more] = columnsOf(row.marks);
    if (begin === undefined) return wrongMark(row, 0, 'expected a ! where it begins');
    const life = lives.find((one) => one.worker === worker);
    if (life === undefined) return wrongRow(row, `expected also a row 'worker ${worker}, slot …'`);
    const { forkedAt } = life;
    if (begin < forkedAt)
      wrongMark(row, begin, `expected its first ! at ${forkedAt} or later, when the worker is forked`);
    if (more !== undefined) wrongMark(row, more, 'expected one ! where it begins, and at most one where it ends');
    const before = added.get(worker) ?? {};
    const behaviour = behaves((begin - forkedAt) * column, (end - forkedAt) * column);
    if (Object.keys(behaviour).some((key) => Object.hasOwn(before, key)))
      wrongRow(row, 'expected one such row for each worker');
    added.set(worker, { ...before, ...behaviour });
  }
  return added;
};

const columnsOf = (marks: string): readonly number[] =>
  Array.from(marks).flatMap((mark, at) => (mark === '!' ? [at] : []));
