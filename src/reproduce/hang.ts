import { type ClusterEvent, is } from '../index.js';
import type { WorkerBehaviour } from '../testing.js';

type Hang = Pick<WorkerBehaviour, 'hangs'>;

/** When a process that was forked at `forkedAt` did not run, and until when. Only the first time is known to a simulated worker. */
export const hangOf = (events: readonly ClusterEvent[], forkedAt: number): Hang => {
  const hung = events.find(is('hung'));
  const late = lateTakeover(events);
  if (hung === undefined) {
    if (late === undefined) return {};
    return { hangs: { after: late.from - forkedAt, for: late.until - late.from - 1, how: 'blocked' } };
  }
  // It ran when it answered that it is paused or resumed.
  const answered = events.findLast((event) => is('pause', 'resume')(event) && event.time < hung.time)?.time ?? -1;
  const silentFrom = Math.max(forkedAt, hung.time - hung.silent - 1, answered + 1);
  // One that has not said that it listens before it was silent did not run when it took its slot, and its silence is counted from a later time.
  const from = late !== undefined && late.until > silentFrom ? Math.min(late.from, silentFrom) : silentFrom;
  const recovered = events.find((event) => event.type === 'recovered' && event.from === 'hung');
  return {
    hangs: {
      after: from - forkedAt,
      how: hung.why === 'boot' ? 'blocked' : hung.why,
      ...(recovered !== undefined && { for: recovered.time - from }),
    },
  };
};

/** How soon a standby worker is online and listens that has a slot, in ms: it has booted. One that takes longer does not run meanwhile. */
const takeoverMs = 250;

/** When a standby worker took a slot, and when it had said all that it could have said at once: never, where it hung and did not listen. */
const lateTakeover = (
  events: readonly ClusterEvent[],
): { readonly from: number; readonly until: number } | undefined => {
  const taken = events.find(is('takeover'));
  const listens = events.find(is('listening'));
  if (taken !== undefined && listens === undefined && events.some(is('hung')))
    return { from: taken.time, until: Infinity };
  const ready = events.find((event) => event.type === 'ready' && event.why === 'is online');
  // What listens runs, even if the news that it is online comes later.
  const until = listens?.time ?? Math.max(events.find(is('online'))?.time ?? 0, ready?.time ?? 0);
  return taken === undefined || until - taken.time < takeoverMs ? undefined : { from: taken.time, until };
};
