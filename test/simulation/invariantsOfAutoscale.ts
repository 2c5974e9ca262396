import { down, limits, type Scaled, type Second, up } from './runAutoscale.js';

/** How many samples in a row make an emergency. */
const alarm = 3;

/** What is wrong with the decisions; `undefined` if nothing is. It decides once more by the documented rules, from all that happened, and not from what `autoscale` remembers. */
export const violationOfAutoscale = ({ load, first, seconds }: Scaled): string | undefined => {
  const { min, upAfter, downAfter, cooldown, warmup, emergency, room } = load;
  const most = Math.min(load.max, room);
  if (first?.to !== min) return `it begins with ${first?.to ?? 'nothing'}, expected ${min}`;
  let changed = -1;
  let told = -Infinity;
  for (const [second, now] of seconds.entries()) {
    const { size, decision } = now;
    const where = `in second ${second}: ${size} to ${decision?.to ?? 'the same'}, ${decision?.why ?? ''}`;
    const unchanged = second - changed;
    const last = (count: number) => seconds.slice(Math.max(0, second + 1 - count), second + 1);
    const target = (up + down) / 2;

    const alarmed = last(alarm);
    const isEmergency =
      emergency && unchanged >= warmup + alarm && alarmed.length === alarm && signs.some((sign) => alarmed.every(sign));
    const recent = last(upAfter);
    const demand = mean(recent.map(busy));
    const isMore = !isEmergency && unchanged >= cooldown && recent.length === upAfter && demand / size > up;
    const long = last(downAfter);
    const pessimistic = long.map((one) => busy(one) + one.busy.filter((each) => each === undefined).length);
    const peak = busiest(pessimistic, upAfter);
    const isFewer =
      !isEmergency &&
      !isMore &&
      size > min &&
      size > 1 &&
      unchanged >= cooldown &&
      long.length === downAfter &&
      peak / size < down &&
      peak / (size - 1) <= target &&
      busiest(pessimistic, alarm) / (size - 1) <= up;

    const wanted = isEmergency
      ? 2 * size
      : isMore
        ? Math.max(size + 1, Math.ceil(demand / target))
        : isFewer
          ? size - 1
          : size;
    const expected = wanted > size ? Math.max(size, Math.min(wanted, most)) : wanted;
    const actual = decision?.to ?? size;
    if (actual !== expected) return `expected ${expected} ${where}`;
    // That it stays although it should grow is said, and not in each second.
    const isHeld = wanted > size && expected === size;
    if (decision?.to === size && !isHeld) return `nothing holds it back ${where}`;
    if (isHeld) {
      if ((decision !== undefined) !== second - told > downAfter) return `it is said at the wrong time ${where}`;
      told = second;
    }
    if (actual !== size) {
      changed = second;
      told = -Infinity;
    }
  }
  return undefined;
};

type Sign = (second: Second) => boolean;

const signs: readonly Sign[] = [
  ({ inFlight, size }) => inFlight / size > limits.inFlight,
  (second) => judged(second) > 0 && second.delay > limits.delay && busy(second) / second.size > up,
  (second) => busy(second) / second.size >= limits.utilization,
];

const judged = (second: Second): number => second.busy.filter((each) => each !== undefined).length;

const busy = (second: Second): number => second.busy.reduce<number>((sum, each) => sum + (each ?? 0), 0);

const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;

/** The highest mean of so many in a row. */
const busiest = (values: readonly number[], length: number): number =>
  Math.max(
    ...values.slice(0, Math.max(1, values.length - length + 1)).map((_, at) => mean(values.slice(at, at + length))),
  );
