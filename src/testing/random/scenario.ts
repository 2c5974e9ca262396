import { byFork } from '../lives.js';
import type { Input, Script } from '../script.js';
import type { WorkerBehaviour } from '../simulatedHost.js';

/** A script as plain data, so that it can be printed. */
export interface Scenario {
  readonly duration: number;
  /** How the first forks behave. */
  readonly workers: readonly WorkerBehaviour[];
  /** How all later ones do. */
  readonly others: WorkerBehaviour;
  readonly inputs: readonly Input[];
  /** The random number of the master, each time. */
  readonly random: number;
}

/** The scenario as `simulate` takes it. */
export const scriptOf = ({ workers, others, random, ...script }: Scenario): Script => ({
  ...script,
  workers: byFork(workers, others),
  random: () => random,
});
