/** All orders of three: over six rounds each side stands as often first, second and last. */
const orders = [
  ['minimal', 'proteus', 'again'],
  ['again', 'proteus', 'minimal'],
  ['proteus', 'minimal', 'again'],
  ['proteus', 'again', 'minimal'],
  ['minimal', 'again', 'proteus'],
  ['again', 'minimal', 'proteus'],
];

/**
 * Runs three sides one after the other, `rounds` times, after one round that does not count: the baseline (`minimal`), ours (`proteus`),
 * and the baseline once more (`again`), which shows the noise. Each run returns the figures it took, by name.
 */
export const interleave = async (title, rounds, sides) => {
  const samples = [];
  for (let round = 0; round <= rounds; round += 1) {
    if (process.stderr.isTTY) process.stderr.write(`\r${title}: ${round} of ${rounds} rounds`);
    const sample = {};
    // One after the other, so that they do not disturb each other.
    // oxlint-disable-next-line no-await-in-loop
    for (const side of orders[round % orders.length]) sample[side] = await sides[side]();
    if (round > 0) samples.push(sample);
  }
  process.stderr.write(`\r${title}: ${rounds} rounds done\n`);
  return samples;
};

/** The goal of a figure, compared with the baseline; `own`: of the figure itself. */
export const atMost = (limit, unit = '') => ({ text: `≤ ${limit}${unit}`, holds: (value) => value <= limit });
export const ownAtMost = (limit, unit) => ({ ...atMost(limit, unit), own: true });
export const atLeast = (limit, unit = '') => ({ text: `≥ ${limit}${unit}`, holds: (value) => value >= limit });

const ratio = { of: (ours, theirs) => ours / theirs, text: (value) => value.toFixed(3) };
const difference = (unit, digits) => ({
  of: (ours, theirs) => ours - theirs,
  text: (value) => `${value < 0 ? '' : '+'}${value.toFixed(digits)}${unit}`,
});

/** One row of the table: `figure` takes from each sample the figure in question. */
export const row = (measure, samples, figure, { digits = 0, unit = '', goal, added = false }) => {
  const how = added ? difference(unit, Math.max(digits, 1)) : ratio;
  const column = (side) => samples.map((sample) => figure(sample[side]));
  const [minimal, proteus, again] = [column('minimal'), column('proteus'), column('again')];
  const compared = (side) => side.map((value, index) => how.of(value, minimal[index]));
  const ours = compared(proteus);
  const middle = median(ours);
  const absolute = (side) => `${median(side).toFixed(digits)}${unit}`;
  return {
    measure,
    minimal: absolute(minimal),
    proteus: absolute(proteus),
    compared: summary(ours, how.text),
    noise: summary(compared(again), how.text),
    goal: goal?.text ?? '',
    met: goal === undefined ? '' : goal.holds(goal.own ? median(proteus) : middle) ? 'yes' : '**no**',
    pairs: samples.length,
  };
};

const summary = (values, text) => {
  const [low, high] = interval(values);
  return `${text(median(values))} [${text(low)}, ${text(high)}]`;
};

export const median = (values) => {
  const sorted = values.toSorted((a, b) => a - b);
  const half = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2;
};

/** Where the median lies with 95 %: bootstrap, percentiles of the medians of 2,000 resamples. */
export const interval = (values) => {
  const random = dice(1);
  const draw = () => values[Math.floor(random() * values.length)];
  const medians = Array.from({ length: 2_000 }, () => median(values.map(draw))).toSorted((a, b) => a - b);
  return [medians[50], medians[1_949]];
};

/** Uniform in [0, 1), the same for the same seed (mulberry32). */
export const dice = (seed) => {
  let state = seed;
  return () => {
    state = (state + 0x6d_2b_79_f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
};
