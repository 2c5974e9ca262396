import type { SizeDecision } from '../../vocabulary/sizeDecision.js';
import type { AutoscaleRules } from './autoscaleOptions.js';
import type { Reading } from './knownWorkers.js';

/** What there is to decide about. Times in seconds. */
export interface Situation {
  readonly size: number;
  /** Since the last change of the size. */
  readonly unchanged: number;
  /** The last ones, at most `downAfter`, oldest first. */
  readonly readings: readonly Reading[];
}

/** How many samples in a row make an emergency. */
const alarm = 3;

/** A situation with what follows from it. */
interface Judged extends Situation {
  /** Slots that will not help soon: they could not be judged for all of `downAfter`, for example because they are vacant. */
  readonly lost: number;
  /** The other slots. */
  readonly serving: number;
}

/** Whether another size would be better now. What `max` or the memory holds back is a decision to stay. */
export const decideSize = (rules: AutoscaleRules, situation: Situation): SizeDecision | undefined => {
  const { size, readings } = situation;
  const lost = readings.length < rules.downAfter ? 0 : Math.min(size, ...readings.map(({ unknown }) => unknown));
  if (lost === size) return undefined;
  const judged = { ...situation, lost, serving: size - lost };
  return emergency(rules, judged) ?? more(rules, judged) ?? fewer(rules, judged);
};

/** The utilisation does not tell how much is waiting, so the size is doubled. */
const emergency = (rules: AutoscaleRules, { size, unchanged, readings, serving }: Judged): SizeDecision | undefined => {
  const last = readings.slice(-alarm);
  // The workers of the last step have to come first.
  if (unchanged < rules.warmup + alarm || last.length < alarm) return undefined;
  const sign = signs.find(({ isThere }) => last.every((reading) => isThere(reading, serving, rules)));
  return sign === undefined
    ? undefined
    : step(rules, size, 2 * size, last, `${sign.tell(last, serving)} for ${alarm} s`);
};

interface Sign {
  readonly isThere: (reading: Reading, serving: number, rules: AutoscaleRules) => boolean;
  readonly tell: (last: readonly Reading[], serving: number) => string;
}

const signs: readonly Sign[] = [
  {
    isThere: ({ inFlight }, serving, { emergency: limit }) => inFlight / serving > limit.inFlight,
    tell: (last, serving) =>
      `${Math.round(mean(last, ({ inFlight }) => inFlight) / serving)} requests in flight per worker`,
  },
  {
    isThere: ({ delay, demand }, serving, { emergency: limit, up }) => delay > limit.delay && demand / serving > up,
    tell: (last) => `event loops ${Math.round(mean(last, ({ delay }) => delay))} ms late`,
  },
  {
    isThere: ({ demand }, serving, { emergency: limit }) => demand / serving >= limit.utilization,
    tell: (last, serving) => `event loops ${percent(mean(last, ({ demand }) => demand) / serving)} busy`,
  },
];

/** As many as bring the utilisation to the target. Slots that cannot be judged count as idle: their workers are about to help. */
const more = (
  rules: AutoscaleRules,
  { size, unchanged, readings, lost, serving }: Judged,
): SizeDecision | undefined => {
  const last = readings.slice(-rules.upAfter);
  if (unchanged < rules.cooldown || last.length < rules.upAfter) return undefined;
  const demand = mean(last, (reading) => reading.demand);
  if (demand / serving <= rules.up) return undefined;
  const wanted = Math.max(size + 1, Math.ceil(demand / rules.target) + lost);
  return step(rules, size, wanted, last, `event loops ${percent(demand / serving)} busy over ${rules.upAfter} s`);
};

/** One fewer, if even the busiest time leaves the others enough room. Slots that cannot be judged count as busy. */
const fewer = (
  rules: AutoscaleRules,
  { size, unchanged, readings, lost, serving }: Judged,
): SizeDecision | undefined => {
  if (size <= rules.min || serving === 1) return undefined;
  if (unchanged < rules.cooldown || readings.length < rules.downAfter) return undefined;
  const demands = readings.map(({ demand, unknown }) => demand + unknown - lost);
  const peak = busiest(demands, rules.upAfter);
  if (peak / serving >= rules.down || peak / (serving - 1) > rules.target) return undefined;
  // Else a short burst would be an emergency for the others.
  if (busiest(demands, alarm) / (serving - 1) > rules.up) return undefined;
  const why = `event loops at most ${percent(peak / serving)} busy in the last ${rules.downAfter} s`;
  return { to: size - 1, why };
};

const step = (
  { max, memory }: AutoscaleRules,
  size: number,
  wanted: number,
  last: readonly Reading[],
  why: string,
): SizeDecision => {
  const rss = last.at(-1)?.rss ?? 0;
  const fitting = rss === 0 ? Infinity : Math.floor(memory / rss);
  const to = Math.max(size, Math.min(wanted, max, fitting));
  if (to > size) return { to, why };
  const limit =
    fitting < max
      ? `${megabytes(memory)} of memory have no room for another one of ${megabytes(rss)}`
      : `more than ${max} are not allowed (max)`;
  return { to, why: `${why}, but ${limit}` };
};

/** The highest mean of so many in a row. */
const busiest = (demands: readonly number[], length: number): number => {
  let window = demands.slice(0, length).reduce((total, demand) => total + demand, 0);
  let most = window;
  for (let at = length; at < demands.length; at += 1) {
    window += (demands[at] ?? 0) - (demands[at - length] ?? 0);
    most = Math.max(most, window);
  }
  return most / length;
};

const mean = (readings: readonly Reading[], value: (reading: Reading) => number): number =>
  readings.reduce((total, reading) => total + value(reading), 0) / readings.length;

const percent = (share: number): string => `${Math.round(share * 100)} %`;
const megabytes = (bytes: number): string => `${Math.round(bytes / 1_000_000)} MB`;
