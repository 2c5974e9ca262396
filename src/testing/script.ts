import { check, checkValue } from '../validation/check.js';
import { isRecord } from '../validation/isRecord.js';
import { isFunction, or, type Rule, type Rules, whole } from '../validation/rule.js';
import { ConfigError, showValue } from '../vocabulary/errors.js';
import type { CatchableSignal } from '../vocabulary/signals.js';
import { checkBehaviour } from './checkBehaviour.js';
import { isInput } from './diagrams/diagramInputs.js';
import type { Lives } from './lives.js';
import type { WorkerBehaviour } from './simulatedHost.js';

/** What happens to a simulated cluster from outside. Times in ms of virtual time. */
export interface Script {
  /** How long the cluster is simulated. What happens at this time is no part of it. */
  readonly duration: number;
  /** How workers behave: the first forks in their order, and later ones are healthy; or a function, such as `bySlot`, `byFork` and `randomLives` return. Default: all are healthy. */
  readonly workers?: readonly WorkerBehaviour[] | Lives | undefined;
  /** What comes from outside, in any order. Those of the same time come in the given order, before what has been scheduled since the start. */
  readonly inputs?: readonly Input[] | undefined;
  /** The random numbers of the master, uniform in [0, 1), for the jitter of `backoff`. Default: always 0.5, which is no jitter. */
  readonly random?: (() => number) | undefined;
  /** More events than this are a mistake: `EndlessSimulationError`. Default: 200000. */
  readonly maxEvents?: number | undefined;
}

/** Something from outside, and when it comes. */
export interface Input {
  readonly at: number;
  readonly input: InputName;
}

/**
 * What comes from outside, by the names that rows of diagrams have: a signal to the master; `restart`, `restart 1` (only that slot), `scale 4`, `shutdown`, `force` (a forced shutdown);
 * `suspended 1h` (s, min or h: the machine is suspended for so long); or the command of a feature, such as `pause 1` and `resume 1`.
 */
export type InputName =
  | CatchableSignal
  | 'restart'
  | 'shutdown'
  | 'force'
  | `${string} ${number}`
  | `suspended ${number}${'s' | 'min' | 'h'}`;

const finiteTime = (least: number): Rule => ({
  accepts: (value) => typeof value === 'number' && Number.isFinite(value) && value >= least,
  expected: `a time in ms, ${least} or more`,
});

const scriptRules: Rules = {
  duration: finiteTime(1),
  workers: {
    accepts: (value) => Array.isArray(value) || isFunction(value),
    expected: 'a list of behaviours, or a function that returns one',
  },
  inputs: { accepts: Array.isArray, expected: 'a list of { at, input }' },
  random: { accepts: isFunction, expected: 'a function that returns a number' },
  maxEvents: or(whole(1), (value) => value === Infinity, 'Infinity'),
};

const inputRule: Rule = {
  accepts: (value) => typeof value === 'string' && isInput(value),
  expected:
    "a signal, 'restart', 'restart 1', 'scale 4', 'shutdown', 'force', 'suspended 1h', or the command of a feature such as 'pause 1'",
};

/** Throws `ConfigError` for the first entry of a script that is wrong. */
export const checkScript = (script: unknown): void => {
  if (!isRecord(script))
    throw new ConfigError('script', `expected an object such as { duration: 60_000 }, got ${showValue(script)}`);
  check('script.', script, scriptRules);
  // Checked apart, because a missing entry passes the rules of optional ones.
  checkValue('script.duration', finiteTime(1), script['duration']);
  const { workers = [], inputs = [] } = script;
  if (Array.isArray(workers))
    for (const [index, behaviour] of workers.entries()) checkBehaviour(`script.workers[${index}]`, behaviour);
  if (Array.isArray(inputs))
    for (const [index, input] of inputs.entries()) checkInput(`script.inputs[${index}]`, input);
};

const checkInput = (name: string, input: unknown): void => {
  if (!isRecord(input)) throw new ConfigError(name, `expected { at, input }, got ${showValue(input)}`);
  check(`${name}.`, input, { at: finiteTime(0), input: inputRule });
  checkValue(`${name}.at`, finiteTime(0), input['at']);
  checkValue(`${name}.input`, inputRule, input['input']);
};
