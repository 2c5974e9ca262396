import type { Arbitrary } from 'fast-check';
import type { FastCheck } from '../../dependencies/fastCheck.js';
import type { Input, InputName } from '../script.js';
import type { WorkerBehaviour } from '../simulatedHost.js';
import { arbitraries } from './arbitraries.js';
import type { Fault } from './fault.js';
import { faultyLives, type LifeFault } from './faultyLives.js';
import type { Scenario } from './scenario.js';

/** From what scenarios are drawn. */
export interface Choices {
  readonly duration: number;
  readonly faults: readonly Fault[];
  readonly maxFaulty: number;
  readonly inputs: readonly InputName[];
  readonly maxInputs: number;
}

/** Which forks may be faulty; most are among the first, which there are in every run. */
const lastFork = 20;
const firstForks = 6;
/** With which fork a broken release begins at last: with the first restart of most clusters. */
const lastBroken = 8;

/** A faulty worker, by the number of its fork. */
interface Faulty {
  readonly fork: number;
  readonly life: WorkerBehaviour;
}

/** Random scenarios. They shrink to a cluster of healthy workers to which nothing happens. */
export const scenarios = (fc: FastCheck, choices: Choices): Arbitrary<Scenario> =>
  fc
    .record({
      faulty: faultyWorkers(fc, choices),
      broken: brokenRelease(fc, choices),
      inputs: inputs(fc, choices),
      random: arbitraries(fc).among([1, 0.5], [1, 0], [1, 0.999]),
    })
    .map(({ faulty, broken, inputs, random }) => {
      const { workers, others } = workersOf(faulty, broken);
      return { duration: choices.duration, workers, others, inputs, random };
    });

const faultyWorkers = (fc: FastCheck, { duration, faults, maxFaulty }: Choices): Arbitrary<readonly Faulty[]> => {
  const byFault = faultyLives(fc, duration);
  const lives = faults.filter(isOfLife).map((fault) => byFault[fault]);
  if (lives.length === 0) return fc.constant([]);
  const { ms, pick } = arbitraries(fc);
  const fork = pick([2, ms(1, firstForks)], [1, ms(1, lastFork)]);
  const faulty = fc.record({ fork, life: fc.oneof(...lives) });
  return fc.uniqueArray(faulty, { maxLength: maxFaulty, selector: ({ fork }) => fork });
};

const brokenRelease = (fc: FastCheck, { duration, faults }: Choices): Arbitrary<Faulty | undefined> => {
  const none = fc.constant(undefined);
  if (!faults.includes('broken release')) return none;
  const life = faultyLives(fc, duration)['early crash'];
  const broken = fc.record({ fork: fc.integer({ min: 1, max: lastBroken }), life });
  return arbitraries(fc).pick<Faulty | undefined>([6, none], [1, broken]);
};

const inputs = (fc: FastCheck, { duration, inputs, maxInputs }: Choices): Arbitrary<readonly Input[]> => {
  if (inputs.length === 0) return fc.constant([]);
  const { ms, pick } = arbitraries(fc);
  const at = pick([1, ms(0, 100)], [2, ms(0, 10_000)], [4, ms(0, duration - 1)]);
  const input = fc.record({ at, input: fc.constantFrom(...inputs) });
  return fc.array(input, { maxLength: maxInputs }).map((drawn) => drawn.toSorted(byTime));
};

const isOfLife = (fault: Fault): fault is LifeFault => fault !== 'broken release';

const byTime = (one: Input, other: Input): number => one.at - other.at;

const workersOf = (faulty: readonly Faulty[], broken: Faulty | undefined): Pick<Scenario, 'workers' | 'others'> => {
  const lives = new Map(faulty.map(({ fork, life }) => [fork, life]));
  const listed = broken === undefined ? Math.max(0, ...lives.keys()) : broken.fork - 1;
  const workers = Array.from({ length: listed }, (_, index) => lives.get(index + 1) ?? {});
  return { workers, others: broken?.life ?? {} };
};
