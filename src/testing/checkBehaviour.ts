import { type FeatureBehaviour, simulatedParts } from '../features/simulated.js';
import { check } from '../validation/check.js';
import { isRecord } from '../validation/isRecord.js';
import { listOf } from '../validation/listOf.js';
import { needs } from '../validation/needs.js';
import { recordOf } from '../validation/recordOf.js';
import { flag, isFunction, number, or, type Rule, type Rules, text, time, whole } from '../validation/rule.js';
import { ConfigError, showValue } from '../vocabulary/errors.js';
import type { WorkerBehaviour } from './simulatedHost.js';

const byAge: Rule = { accepts: isFunction, expected: 'a function of the age of the process' };
const port = needs(recordOf('opens', { after: time, port: whole(0) }), 'after', 'port');
const messages = listOf({ accepts: () => true, expected: 'a message' }, 'messages');
const saying = needs(recordOf('says', { after: time, messages }), 'after', 'messages');

const ownRules: Readonly<Record<Exclude<keyof WorkerBehaviour, keyof FeatureBehaviour>, Rule>> = {
  online: time,
  listening: or(time, (value) => value === false, 'false'),
  opens: listOf(port, '{ after, port }'),
  reusePort: flag,
  saysReady: time,
  leaves: time,
  disconnects: time,
  terminates: time,
  crashes: needs(recordOf('crashes', { after: time, code: number, signal: text, message: text }), 'after'),
  says: listOf(saying, '{ after, messages }'),
  walksOut: time,
  terminated: time,
  usage: byAge,
  report: byAge,
  spawns: flag,
  replies: byAge,
};

const behaviourRules: Rules = {
  ...ownRules,
  ...Object.assign({}, ...simulatedParts.map(({ rules }) => rules)),
};

/** Throws `ConfigError` for the first entry of a behaviour that is wrong. `name`: where it is from. */
export const checkBehaviour = (name: string, behaviour: WorkerBehaviour): void => {
  if (!isRecord(behaviour))
    throw new ConfigError(
      name,
      `expected a behaviour such as { crashes: { after: 5_000 } }, got ${showValue(behaviour)}`,
    );
  check(`${name}.`, behaviour, behaviourRules);
};
