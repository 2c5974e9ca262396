import type { SimulatedHost, WorkerBehaviour } from '../simulatedHost.js';

/** Whether it is a load of the whole cluster, such as `load 3`: work that would keep the event loops of three workers busy all the time. From its first `!` to the second. */
export const isLoad = (name: string): boolean => load.test(name);

const load = /^load (\d{1,4}(?:\.\d+)?)$/;

/** A row, with the ms of its marks. */
interface LoadRow {
  readonly name: string;
  readonly times: readonly number[];
}

/** What each worker reports: the loads of these rows, in equal shares for all processes. */
export const shareLoad = (
  rows: readonly LoadRow[],
  { now, running }: Pick<SimulatedHost, 'now' | 'running'>,
): WorkerBehaviour => {
  const loads = rows.filter(({ name }) => isLoad(name));
  if (loads.length === 0) return {};
  return {
    report: () => {
      const total = loads.reduce((sum, row) => sum + loadAt(row, now()), 0);
      const share = total / Math.max(1, running());
      return { eventLoop: { utilization: Math.min(1, share), delay: share < 1 ? punctual : late } };
    },
  };
};

const loadAt = ({ name, times: [begin = Infinity, end = Infinity] }: LoadRow, now: number): number =>
  now >= begin && now < end ? Number(load.exec(name)?.[1]) : 0;

const punctual = { mean: 1, p50: 1, p99: 5, max: 10 };

/** Work waits for the event loop. */
const late = { mean: 50, p50: 50, p99: 100, max: 100 };
