import type { Config } from '../../config/options.js';
import { loadFastCheck } from '../../dependencies/fastCheck.js';
import { check, checkValue } from '../../validation/check.js';
import { isFunction, object, type Rule, type Rules, whole } from '../../validation/rule.js';
import { messageOf } from '../../vocabulary/errors.js';
import { rehearse } from '../rehearse.js';
import { inputExamples, isInput } from '../diagrams/diagramInputs.js';
import type { InputName } from '../script.js';
import { simulate } from '../simulate.js';
import { simulatedHost } from '../simulatedHost.js';
import type { Simulation } from '../simulation.js';
import { CounterexampleError } from './counterexampleError.js';
import { allFaults, type Fault } from './fault.js';
import { type Scenario, scriptOf } from './scenario.js';
import { scenarios } from './scenarios.js';

/** What is checked in random runs. Times in ms of virtual time. */
export interface PolicyCheck {
  /** The options of `cluster$`, with your policy. */
  readonly config: Config;
  /** Whether what must hold does in a run: throws, as the `expect…` functions do, or returns false or what is wrong as a text, if it does not. */
  readonly holds: (simulation: Simulation) => boolean | string | void;
  /** How many runs. Default: 200. */
  readonly runs?: number | undefined;
  /** The same seed has the same runs. Default: 1. */
  readonly seed?: number | undefined;
  /** How long the cluster is simulated in each run. Default: 600000, ten minutes. */
  readonly duration?: number | undefined;
  /** What workers may do wrong. Default: everything. */
  readonly faults?: readonly Fault[] | undefined;
  /** How many of the first 20 workers are faulty at most, those of a broken release apart. Default: 5. */
  readonly maxFaulty?: number | undefined;
  /** What may come from outside; one that is listed twice comes twice as often. Default: restarts, scaling to 1, 2 and 4, and sometimes a shutdown. */
  readonly inputs?: readonly InputName[] | undefined;
  /** How often something comes from outside at most. Default: 5. */
  readonly maxInputs?: number | undefined;
}

/** What was seen in random runs in which everything held. */
export interface CheckedPolicy {
  readonly runs: number;
  readonly seed: number;
  /** How many events of each type there were in all runs, so that a test can expect that it has tested something. */
  readonly seen: Readonly<Record<string, number>>;
}

/**
 * Simulates a cluster with your options again and again, with workers that do something wrong and with what comes from outside, both random, and checks each time what must hold.
 * A run in which it does not is made smaller as long as it still does not hold. Needs fast-check (`npm install --save-dev fast-check`).
 *
 * Throws `CounterexampleError` with the seed, the smallest script as code and what happened; `ConfigError` for a wrong option before anything runs; and an Error where fast-check is missing.
 *
 * @example
 * checkPolicy({
 *   config: { worker: 2, respawn: policy(permanent(), backoff({ max: 5_000 })) },
 *   faults: ['crash', 'slow boot'],
 *   holds: (simulation) => expectRecoveredWithin(simulation, 30_000),
 * });
 */
export const checkPolicy = (options: PolicyCheck): CheckedPolicy => {
  validate(options);
  const { config, holds, runs = 200, seed = 1, duration = 600_000, faults = allFaults, maxFaulty = 5 } = options;
  const { inputs = defaultInputs, maxInputs = 5 } = options;
  const fc = loadFastCheck();
  const seen: Record<string, number> = {};
  const choices = { duration, faults, maxFaulty, inputs, maxInputs };
  const property = fc.property(scenarios(fc, choices), (scenario) => {
    const { failure, simulation } = runOf(config, scenario, holds);
    for (const { type } of simulation?.events ?? []) seen[type] = (seen[type] ?? 0) + 1;
    return failure === undefined;
  });
  const { counterexample, numRuns, numShrinks } = fc.check(property, { seed, numRuns: runs });
  if (counterexample === null) return { runs: numRuns, seed, seen };
  const [smallest] = counterexample;
  const { simulation, failure = notAgain } = runOf(config, smallest, holds);
  throw new CounterexampleError({ seed, runs: numRuns, shrinks: numShrinks }, smallest, simulation, failure);
};

/** What came of a run: `failure` if something does not hold. */
interface Run {
  readonly simulation?: Simulation;
  readonly failure?: Error;
}

const notAgain = new Error('it does hold when it is run again: expected the same result for the same script');

const runOf = (config: Config, scenario: Scenario, holds: PolicyCheck['holds']): Run => {
  let simulation: Simulation;
  try {
    simulation = simulate(config, scriptOf(scenario));
  } catch (thrown) {
    return { failure: asError(thrown) };
  }
  try {
    const result = holds(simulation);
    if (typeof result === 'string') return { simulation, failure: new Error(result) };
    return result === false ? { simulation, failure: new Error('holds returned false') } : { simulation };
  } catch (thrown) {
    return { simulation, failure: asError(thrown) };
  }
};

const asError = (thrown: unknown): Error => (thrown instanceof Error ? thrown : new Error(messageOf(thrown)));

const configRule = object('with the options of a cluster');
const holdsRule: Rule = { accepts: isFunction, expected: 'a function of a simulation' };

const checkRules: Rules = {
  config: configRule,
  holds: holdsRule,
  runs: whole(1),
  seed: { accepts: Number.isInteger, expected: 'a whole number' },
  duration: whole(1),
  faults: {
    accepts: (value) => Array.isArray(value) && value.every((fault) => allFaults.includes(fault)),
    expected: `a list of some of ${allFaults.join(', ')}`,
  },
  maxFaulty: whole(0),
  inputs: {
    accepts: (value) => Array.isArray(value) && value.every((name) => typeof name === 'string' && isInput(name)),
    expected: `a list of what comes from outside, such as ${inputExamples.join(', ')}`,
  },
  maxInputs: whole(0),
};

/** Throws `ConfigError` for the first option that is wrong, those of the cluster included. */
const validate = (options: PolicyCheck): void => {
  check('checkPolicy.', { ...options }, checkRules);
  checkValue('checkPolicy.holds', holdsRule, options.holds);
  checkValue('checkPolicy.config', configRule, options.config);
  rehearse(simulatedHost(), options.config);
};

/** Without suspensions of the machine: nothing can be expected within a time that may be suspended. */
const defaultInputs: readonly InputName[] = [
  'restart',
  'restart',
  'SIGUSR2',
  'restart 1',
  'scale 1',
  'scale 2',
  'scale 4',
  'shutdown',
  'SIGTERM',
];
