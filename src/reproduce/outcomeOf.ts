import type { ClusterEvent } from '../index.js';

/** What became of a cluster in a time, in numbers. Times in ms. */
export interface Outcome {
  readonly forks: number;
  /** Exits that the master had not asked for. */
  readonly crashes: number;
  /** For how long fewer slots had a ready worker than there were. Until a shutdown is asked for. */
  readonly fewerReady: number;
  /** The longest time without any ready worker. Until a shutdown is asked for. */
  readonly longestNoneReady: number;
  readonly restarts: { readonly done: number; readonly aborted: number; readonly cancelled: number };
  readonly gaveUp: boolean;
  /** The most workers that were there at the same time. */
  readonly mostWorkers: number;
}

/** The time that is looked at. */
export interface Period {
  readonly begin: number;
  readonly end: number;
  /** How many slots there are at first. */
  readonly size: number;
  /** Slots whose workers were ready before the first event. */
  readonly readyBefore: readonly number[];
}

/** What became of a cluster, by its events. Those before the period count only for what was ready when it begins. */
export const outcomeOf = (events: readonly ClusterEvent[], period: Period): Outcome => {
  const inside = events.filter(({ time }) => time >= period.begin);
  const ended = inside.flatMap((event) =>
    event.type === 'restart-end' || event.type === 'restart-abort' ? event.result.outcome : [],
  );
  const count = (outcome: string) => ended.filter((each) => each === outcome).length;
  return {
    forks: inside.filter(({ type }) => type === 'fork').length,
    crashes: inside.filter((event) => event.type === 'exit' && !event.requested).length,
    ...readiness(events, period),
    restarts: { done: count('done'), aborted: count('aborted'), cancelled: count('cancelled') },
    gaveUp: inside.some(({ type }) => type === 'give-up'),
    mostWorkers: mostWorkers(events, period),
  };
};

const readiness = (
  events: readonly ClusterEvent[],
  { begin, end, size, readyBefore }: Period,
): Pick<Outcome, 'fewerReady' | 'longestNoneReady'> => {
  // By the id of the worker; a worker that was there before may have no event yet.
  const ready = new Map<number, number>(readyBefore.map((slot) => [-slot, slot]));
  const last = shutdownTime(events) ?? end;
  let [slots, since, fewerReady, none, longestNoneReady] = [size, begin, 0, 0, 0];
  const pass = (time: number) => {
    const now = Math.min(Math.max(time, begin), last);
    const serving = new Set(ready.values()).size;
    if (serving < slots) fewerReady += now - since;
    none = serving === 0 ? none + now - since : 0;
    longestNoneReady = Math.max(longestNoneReady, none);
    since = now;
  };
  for (const event of events) {
    pass(event.time);
    if (event.type === 'scale') slots = event.to;
    const change = readyChange(event);
    if (change === undefined) continue;
    const { id, slot } = change.worker;
    if (change.ready) ready.set(id, slot);
    else {
      ready.delete(id);
      ready.delete(-slot);
    }
  }
  pass(last);
  return { fewerReady, longestNoneReady };
};

/** Whether a worker counts as one that serves from now on. */
const readyChange = (event: ClusterEvent) => {
  switch (event.type) {
    case 'ready':
      return { worker: event.worker, ready: true };
    case 'pause':
    case 'resume':
      return { worker: event.worker, ready: event.serves };
    case 'leaving':
    case 'retire':
    case 'kill':
    case 'exit':
      return { worker: event.worker, ready: false };
    default:
      return undefined;
  }
};

/** When the cluster was to end, unless it gave up itself. */
const shutdownTime = (events: readonly ClusterEvent[]): number | undefined =>
  events.find((event) => event.type === 'shutdown' && event.why !== 'gave up')?.time;

const mostWorkers = (events: readonly ClusterEvent[], { begin, readyBefore }: Period): number => {
  const there = new Set<number>(readyBefore.map((slot) => -slot));
  let most = there.size;
  for (const event of events) {
    if (event.type === 'fork') there.add(event.worker.id);
    // One that was there before has no fork.
    if (event.type === 'exit' && !there.delete(event.worker.id)) there.delete(-event.worker.slot);
    if (event.time >= begin) most = Math.max(most, there.size);
  }
  return most;
};
