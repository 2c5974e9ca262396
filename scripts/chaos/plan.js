import { seeded } from './random.js';

/** The longest and the shortest time between two faults, in ms. */
const pause = { min: 1_000, max: 5_000 };
/** At the end of each third of a run there are no faults for so long, in ms: everything must recover, and the master's memory is measured. */
export const calmMs = 12_000;

/**
 * The faults, with how often they come in proportion to each other, the letter that they have in the diagram, and what is drawn for each.
 * `pick` chooses a worker: the workers that live at that time are counted, and the share of their number is taken.
 */
export const faults = {
  kill: { weight: 4, letter: 'k', with: (random) => ({ pick: random() }) },
  stop: { weight: 2, letter: 's', with: (random) => ({ pick: random(), ms: 300 + Math.floor(random() * 1_700) }) },
  freeze: { weight: 1, letter: 'f', with: (random) => ({ pick: random() }) },
  restart: { weight: 3, letter: 'r', with: () => ({}) },
  scale: { weight: 2, letter: 'c', with: (random) => ({ to: 2 + Math.floor(random() * 3) }) },
  'bad-release': { weight: 1, letter: 'b', with: () => ({}) },
  hog: { weight: 1, letter: 'm', with: () => ({}) },
  clock: { weight: 2, letter: 't', with: (random) => ({ ms: Math.floor((random() - 0.5) * 7_200_000) }) },
};

const totalWeight = Object.values(faults).reduce((sum, { weight }) => sum + weight, 0);

const choose = (share) => {
  let rest = share * totalWeight;
  return Object.entries(faults).find(([, { weight }]) => (rest -= weight) < 0) ?? Object.entries(faults)[0];
};

const isCalm = (at, ms) => at % (ms / 3) > ms / 3 - calmMs;

/** What happens when, in `ms` of a run: it follows from the seed alone. */
export const plan = (seed, ms) => {
  const random = seeded(seed);
  const steps = [];
  for (let at = pause.max; at < ms; at += pause.min + random() * (pause.max - pause.min)) {
    if (isCalm(at, ms)) continue;
    const [fault, { with: parameters }] = choose(random());
    steps.push({ at: Math.round(at), fault, ...parameters(random) });
  }
  return steps;
};
