import { type DiagramRow, wrongMark, wrongRow } from './diagramRows.js';
import { isObservation, topicRowOf } from './diagramTraffic.js';
import { isLoad } from './shareLoad.js';
import type { WorkerLife } from './workerLife.js';

/** Throws `DiagramError` for a row of something that lasts and begins a second time, and for one about a worker that is not drawn. */
export const checkTraffic = (rows: readonly DiagramRow[], lives: readonly WorkerLife[]): void => {
  for (const row of rows) {
    const topicRow = topicRowOf(row.name);
    if (topicRow !== undefined && !lives.some(({ worker }) => worker === topicRow.worker))
      wrongRow(row, `expected also a row 'worker ${topicRow.worker}, slot …'`);
    const lasts = isObservation(row.name) || isLoad(row.name) || topicRow?.does === 'subscribes';
    const [, , more] = Array.from(row.marks).flatMap((mark, at) => (mark === '!' ? [at] : []));
    if (lasts && more !== undefined)
      wrongMark(row, more, 'expected one ! where it begins, and at most one where it ends');
  }
};
