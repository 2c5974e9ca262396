import { type ClusterEvent, is } from '../index.js';
import type { WorkerBehaviour } from '../testing.js';

/** A row about a worker, such as `worker 1 loops`, and the ms of its marks. */
export interface BehaviourRow {
  readonly name: string;
  readonly times: readonly number[];
}

const hangRows = { loop: 'loops', blocked: 'blocked', stopped: 'stopped' } as const;

/** What no letter in the row of a worker can say of a process that was forked at `forkedAt`: that it hangs, opens a further port, or gets SIGTERM. */
export const behaviourRowsOf = (
  worker: number,
  { hangs, opens = [], terminated }: WorkerBehaviour,
  forkedAt: number,
): readonly BehaviourRow[] => {
  const row = (what: string, ...ages: readonly number[]): BehaviourRow => ({
    name: `worker ${worker} ${what}`,
    times: ages.map((age) => forkedAt + age),
  });
  return [
    ...opens.map(({ after, port }) => row(`opens ${port}`, after)),
    ...(terminated === undefined ? [] : [row('SIGTERM', terminated)]),
    ...(hangs === undefined
      ? []
      : [row(hangRows[hangs.how], hangs.after, ...(hangs.for === undefined ? [] : [hangs.after + hangs.for]))]),
  ];
};

/** A worker is recycled for its memory after five samples in a row, one a second. */
const samplesBeforeMs = 4_500;

/** The memory for which a worker was recycled that was forked at `forkedAt`. */
export const memoryRowsOf = (events: readonly ClusterEvent[], forkedAt: ReadonlyMap<number, number>) =>
  events.filter(is('recycle')).flatMap(({ worker, why, time, value }): readonly BehaviourRow[] => {
    if (why !== 'memory') return [];
    const since = Math.max(forkedAt.get(worker.id) ?? 0, time - samplesBeforeMs);
    return [{ name: `worker ${worker.id} rss ${Math.ceil(value / 1_024)}K`, times: [since] }];
  });
