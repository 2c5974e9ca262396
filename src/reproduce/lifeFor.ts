import type { WorkerBehaviour } from '../testing.js';
import type { Life, Sample } from './script.js';

/**
 * How much earlier a process may be forked in the simulation than it was to be, and how much later, and still do everything at the recorded moment, in ms.
 * The timers of a real master are late, and so are its decisions; a simulated process takes 1 ms to die by a signal.
 */
const earlierMs = 250;
const laterMs = 5;

/**
 * Returns which behaviour a process has that is forked in a slot at a time, in ms from the start of the script: that of the recorded one of this slot that was forked
 * nearest in time, and of two that were forked in the same moment the next one. A slot that the recording does not know has those of all slots.
 *
 * A standby worker of which the recording knows nothing boots, and waits: that it still did so at the end is no event.
 *
 * If its fork is almost when the recorded one was, it does everything at the recorded moment, so that what happened to several workers keeps its order. Otherwise it does so at the same age.
 */
export const lifeFor = (lives: readonly Life[]): ((slot: number, now: number) => WorkerBehaviour) => {
  const used = new Set<Life>();
  const slots = new Map<number, Life[]>();
  for (const life of lives) {
    const own = slots.get(life.slot);
    if (own === undefined) slots.set(life.slot, [life]);
    else own.push(life);
  }
  const inSlots = lives.filter(({ slot }) => slot > 0);
  return (slot, now) => {
    const life = nearest(slots.get(slot) ?? inSlots, now, used);
    if (life === undefined) return {};
    if (slot === 0 && used.has(life)) return usualStandby(slots.get(0) ?? []);
    used.add(life);
    const late = life.at - now;
    return behaviourOf(life, late <= earlierMs && late >= -laterMs ? late : 0);
  };
};

const usualStandby = (lives: readonly Life[]): WorkerBehaviour => {
  const { online, listening, leaves } = lives.find((life) => typeof life.listening === 'number') ?? {};
  return {
    ...(online !== undefined && { online }),
    ...(listening !== undefined && { listening }),
    ...(leaves !== undefined && { leaves }),
  };
};

const nearest = (lives: readonly Life[], now: number, used: ReadonlySet<Life>): Life | undefined => {
  let best: Life | undefined;
  for (const life of lives) {
    const distance = Math.abs(life.at - now) - Math.abs((best?.at ?? Infinity) - now);
    if (distance < 0 || (distance === 0 && best !== undefined && used.has(best) && !used.has(life))) best = life;
  }
  return best;
};

/** The behaviour of a life that begins so many ms earlier than it was recorded. */
const behaviourOf = ({ slot, at, samples = [], ...life }: Life, by: number): WorkerBehaviour => {
  const later = (after: number) => Math.max(0, after + by);
  const { online, listening, opens, saysReady, says, walksOut, terminated, crashes, hangs } = life;
  return {
    ...life,
    ...(online !== undefined && { online: later(online) }),
    ...(typeof listening === 'number' && { listening: later(listening) }),
    ...(opens !== undefined && { opens: opens.map(({ after, port }) => ({ after: later(after), port })) }),
    ...(saysReady !== undefined && { saysReady: later(saysReady) }),
    ...(says !== undefined && { says: says.map(({ after, messages }) => ({ after: later(after), messages })) }),
    ...(walksOut !== undefined && { walksOut: later(walksOut) }),
    ...(terminated !== undefined && { terminated: later(terminated) }),
    ...(crashes !== undefined && { crashes: { ...crashes, after: later(crashes.after) } }),
    ...(hangs !== undefined && { hangs: { ...hangs, after: later(hangs.after) } }),
    ...(samples.length > 0 && sampled(samples, by)),
  };
};

const sampled = (samples: readonly Sample[], by: number): Pick<WorkerBehaviour, 'usage' | 'report'> => {
  const latest = (age: number, has: (sample: Sample) => boolean) =>
    samples.findLast((sample) => has(sample) && sample.after + by <= age);
  return {
    usage: (age) => {
      const { rss } = latest(age, (sample) => sample.rss !== undefined) ?? {};
      return rss === undefined ? {} : { rss };
    },
    report: (age) => {
      const { requests } = latest(age, (sample) => sample.requests !== undefined) ?? {};
      return requests === undefined
        ? {}
        : { requests: { inFlight: 0, completed: requests, latency: { counts: [], sum: 0 } } };
    },
  };
};
