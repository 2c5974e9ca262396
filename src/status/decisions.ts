import type { ClusterEvent, EventDescription } from '../index.js';
import type { ClusterStatus } from './clusterStatus.js';

const maxDecisions = 20;

/** The events that tell what the master has decided, or what it was asked for. What they lead to is in the other events. Of features, only by their names: each can be removed. */
const decisive: ReadonlySet<string> = new Set<string>([
  'started',
  'backoff',
  'degraded',
  'give-up',
  'scale',
  'vacant',
  'restart',
  'restart-begin',
  'replace-end',
  'replace-abort',
  'restart-end',
  'restart-abort',
  'mixed',
  'kill',
  'signal',
  'shutdown',
  'end',
  'hung',
  'recycle',
  'pause',
  'resume',
  'pause-refused',
  'leader-begin',
  'leader-end',
  'takeover',
  'standby-end',
  'replace-request',
  'leaving',
]);

/** The level and the sentence of an event. `undefined`: it has none. */
export type Describe = (event: ClusterEvent) => EventDescription | undefined;

/** The cluster with the event as its last decision, if it is one. */
export const withDecision = (cluster: ClusterStatus, event: ClusterEvent, describe: Describe): ClusterStatus => {
  if (!decisive.has(event.type)) return cluster;
  const [level, text] = describe(event) ?? ['info', event.type];
  const reason = reasonOf(event);
  const decision = { time: event.time, type: event.type, level, text, ...(reason !== undefined && { reason }) };
  return { ...cluster, decisions: [...cluster.decisions, decision].slice(-maxDecisions) };
};

const reasonOf = (event: ClusterEvent): string | undefined => {
  if ('result' in event) return event.result.cause?.why;
  if ('reason' in event && event.type === 'give-up') return event.reason;
  return 'why' in event ? event.why : undefined;
};
