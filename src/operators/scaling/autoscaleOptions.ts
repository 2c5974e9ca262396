import { check } from '../../validation/check.js';
import { isRecord } from '../../validation/isRecord.js';
import { atLeast, object, or, orInfinity, type Rule, type Rules, size, text, time } from '../../validation/rule.js';
import { ConfigError, showValue } from '../../vocabulary/errors.js';

/** What shows that requests queue: each is the mean of all workers, and holds for three samples in a row. */
export interface AutoscaleEmergency {
  /** The event loops are at least so busy, from 0 to 1. Connections that wait for a worker are seen by nothing else. `Infinity`: never an emergency. Default: 0.95. */
  readonly utilization?: number | undefined;
  /** How late timers are (99th percentile), in ms, while the event loops are busier than `up`. `Infinity`: never an emergency. Default: 500. */
  readonly delay?: number | undefined;
  /** HTTP requests in flight. Default: `Infinity`, because workers that wait for something else, such as a database, have many. */
  readonly inFlight?: number | undefined;
}

/** The options of `autoscale`. Times in ms. Utilisation is the share of time in which an event loop is busy, from 0 to 1, as the mean of all workers. */
export interface AutoscaleOptions {
  /** The fewest workers, and how many there are at first. Default: 1. */
  readonly min?: number | undefined;
  /** The most workers. Default: the number of cores that the process may use, limited by the CPU quota of the cgroup; more workers than that do not add CPU time. */
  readonly max?: number | undefined;
  /** Workers are added when the utilisation has been above this for `upAfter`, in the mean. Default: 0.8. */
  readonly up?: number | undefined;
  /** A worker is removed when the utilisation has been below this for `downAfter`, even in its busiest `upAfter`. Default: 0.3, or half of `up` if that is less. */
  readonly down?: number | undefined;
  /** Default: 10000. */
  readonly upAfter?: number | undefined;
  /** Default: 60000, or `upAfter` if that is more. */
  readonly downAfter?: number | undefined;
  /** How long the size stays after each change, except in an emergency. Default: 20000. */
  readonly cooldown?: number | undefined;
  /** How long a new worker is not judged by its utilisation, because it boots. Default: 10000. */
  readonly warmup?: number | undefined;
  /** How much memory all workers may use: bytes, or a share of the limit of the cgroup or else of the machine. No worker is added that would exceed it. Default: `90%`. */
  readonly memory?: number | `${number}%` | undefined;
  /** When the size is doubled at once. `false`: never. */
  readonly emergency?: AutoscaleEmergency | false | undefined;
  /** The cluster to look at, if several clusters run in this process. */
  readonly cluster?: string | undefined;
}

/** What the machine allows. */
export interface Machine {
  /** How many workers it runs at once. */
  readonly parallelism: number;
  /** How much memory this process and its workers may use together, in bytes. */
  readonly memory: number;
}

/** Options with their defaults. Times in seconds, because there is a sample each second. */
export interface AutoscaleRules {
  readonly min: number;
  readonly max: number;
  readonly up: number;
  readonly down: number;
  /** The utilisation that a step up aims at: as far from `up` as from `down`. */
  readonly target: number;
  readonly upAfter: number;
  readonly downAfter: number;
  readonly cooldown: number;
  readonly warmup: number;
  /** In bytes. */
  readonly memory: number;
  readonly emergency: { readonly [Sign in keyof AutoscaleEmergency]-?: number };
}

const share = (above: boolean): Rule => ({
  accepts: (value) => typeof value === 'number' && value < 1 && (above ? value > 0 : value >= 0),
  expected: `a number ${above ? 'above 0' : 'from 0'} and below 1`,
});

/** A reading is kept for each second. */
const window: Rule = {
  accepts: (value) => typeof value === 'number' && value >= 1_000 && value <= 3_600_000,
  expected: 'a time in ms from 1000 to 3600000',
};

const isShareOfMemory = (value: unknown): boolean => {
  const percent = typeof value === 'string' ? /^(\d+(?:\.\d+)?)%$/.exec(value)?.[1] : undefined;
  return percent !== undefined && Number(percent) > 0 && Number(percent) <= 100;
};

const rules: Rules = {
  min: size,
  max: size,
  up: share(true),
  down: share(false),
  upAfter: window,
  downAfter: window,
  cooldown: time,
  warmup: time,
  memory: or(atLeast(1, 'a number of bytes'), isShareOfMemory, "a share such as '80%'"),
  emergency: or(object('with utilization, delay and inFlight'), (value) => value === false, 'false for none'),
  cluster: text,
};

const emergencyRules: Rules = {
  utilization: orInfinity(share(true)),
  delay: atLeast(1, 'a time in ms'),
  inFlight: atLeast(1),
};

const what = 'autoscale()';

/** The options with their defaults, but for those that depend on the machine. */
export type AutoscaleSettings = ReturnType<typeof autoscaleSettings>;

/** Checks the options and adds the defaults that do not depend on the machine. Throws `ConfigError` for the first option that is wrong, or contradicts another one. */
export const autoscaleSettings = (options: AutoscaleOptions) => {
  checkEach(options);
  const { min = 1, max, up = 0.8, upAfter = 10_000, cooldown = 20_000, warmup = 10_000, memory = '90%' } = options;
  const { down = Math.min(0.3, up / 2), downAfter = Math.max(60_000, upAfter), emergency = {}, cluster } = options;
  if (max !== undefined && min > max) throw contradiction('min', 'no more than', 'max', max, min);
  if (down >= up) throw contradiction('down', 'less than', 'up', up, down);
  if (downAfter < upAfter) throw contradiction('downAfter', 'no less than', 'upAfter', upAfter, downAfter);
  return { min, max, up, down, upAfter, downAfter, cooldown, warmup, memory, emergency, cluster };
};

const checkEach = (options: unknown): void => {
  if (!isRecord(options)) throw new ConfigError(what, `expected an object with options, got ${showValue(options)}`);
  check(`${what}.`, options, rules);
  if (isRecord(options['emergency'])) check(`${what}.emergency.`, options['emergency'], emergencyRules);
};

const contradiction = (name: string, relation: string, other: string, limit: number, got: number) =>
  new ConfigError(`${what}.${name}`, `expected ${relation} ${other}, which is ${limit}, got ${got}`);

/** The options on a machine. */
export const autoscaleRules = (settings: AutoscaleSettings, machine: Machine): AutoscaleRules => {
  const { min, max, up, down, memory, emergency } = settings;
  return {
    min,
    max: max ?? Math.max(min, machine.parallelism),
    up,
    down,
    target: (up + down) / 2,
    upAfter: seconds(settings.upAfter),
    downAfter: seconds(settings.downAfter),
    cooldown: seconds(settings.cooldown),
    warmup: seconds(settings.warmup),
    memory: typeof memory === 'number' ? memory : (machine.memory * Number.parseFloat(memory)) / 100,
    emergency: emergency === false ? never : signsOf(emergency),
  };
};

const signsOf = ({ utilization = 0.95, delay = 500, inFlight = Infinity }: AutoscaleEmergency) => ({
  utilization,
  delay,
  inFlight,
});
const never = { utilization: Infinity, delay: Infinity, inFlight: Infinity };

const seconds = (ms: number): number => Math.ceil(ms / 1_000);
