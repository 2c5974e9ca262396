import { count, type Decoded, fields, listOf, name, number, oneOf, text, total } from './decode.js';
import type { HostProgress, RollPhase, RollPlan, RollRecord } from './roll.js';

type Optional<T, K extends keyof T> = Required<Pick<T, K>>;

const plan = fields<Omit<RollPlan, 'maxP99'>, Optional<RollPlan, 'maxP99'>>(
  { canary: count, batch: count, soak: number, hostTimeout: number, maxFailures: count, maxCrashes: count },
  { maxP99: number },
);

type ProgressOptions = 'why' | 'unknown' | 'from' | 'to' | 'crashes';

const progress = fields<Omit<HostProgress, ProgressOptions>, Optional<HostProgress, ProgressOptions>>(
  { host: name, state: oneOf('waiting', 'asked', 'restarting', 'done', 'failed'), attempt: count },
  { why: text, unknown: oneOf(true), from: text, to: text, crashes: count },
);

const phase = oneOf<RollPhase>('running', 'halted', 'aborted', 'done');

/** A rolling restart over many hosts. Accepts any input: what is no record is a `problem`, in words. */
export const decodeRoll: (value: unknown) => Decoded<RollRecord> = total(
  fields<Omit<RollRecord, 'why'>, Optional<RollRecord, 'why'>>(
    { format: oneOf(1), id: name, service: name, by: text, plan, phase, hosts: listOf(progress) },
    { why: text },
  ),
);
