import type { ClusterEvent } from '../index.js';

/**
 * Where a run can begin that is recorded from its middle on: the number of its first events that belong to something that began before the recording, such as the start, a restart, or the respawn of a worker that is not known.
 * A simulation could not decide what they say. After missing events no beginning is searched for, because it may be among them.
 *
 * ```
 * recorded     departure  backoff  fork  online  ready | exit  departure  backoff  fork …
 *              of a worker that is not recorded        | the run begins here
 * ```
 */
export const quietBegin = (events: readonly ClusterEvent[]): number => {
  const known = events.findIndex(({ seq }, index) => index > 0 && seq !== (events[index - 1]?.seq ?? 0) + 1);
  const complete = known === -1 ? events : events.slice(0, known);
  const latest = new Map<string, number>();
  let begin = 0;
  for (const [index, event] of complete.entries()) {
    const cause = causeOf(event);
    // What is left out may be the cause of what comes later.
    if (cause !== undefined && (latest.get(cause) ?? -1) < begin) begin = index + 1;
    for (const name of causedBy(event)) latest.set(name, index);
  }
  return begin;
};

/** What an event is the cause of. */
const causedBy = (event: ClusterEvent): readonly string[] => {
  switch (event.type) {
    case 'restart':
    case 'scale':
      return [event.type];
    case 'restart-begin':
      return [`restart ${event.roll}`];
    case 'replace-begin':
      return [`replacement in ${event.slot}`];
    case 'leaving':
    case 'exit':
      return [`end of ${event.worker.id}`, `end in ${event.worker.slot}`];
    case 'departure':
      return [`departure in ${event.slot}`];
    case 'retire':
      return [`request to ${event.worker.id}`];
    default:
      return [];
  }
};

/** What an event is caused by; `undefined`: by nothing in the master. */
const causeOf = (event: ClusterEvent): string | undefined => {
  switch (event.type) {
    case 'started':
      return 'start';
    case 'fork':
      return {
        start: 'start',
        scale: 'scale',
        respawn: `end in ${event.worker.slot}`,
        roll: `replacement in ${event.worker.slot}`,
      }[event.why];
    case 'departure':
      return event.worker === undefined ? undefined : `end of ${event.worker.id}`;
    case 'backoff':
    case 'degraded':
      return `departure in ${event.slot}`;
    case 'replace-end':
    case 'replace-abort':
      return `replacement in ${event.slot}`;
    case 'restart-begin':
      return 'restart';
    case 'restart-end':
    case 'restart-abort':
      return `restart ${event.roll}`;
    case 'exit':
      return event.requested ? `request to ${event.worker.id}` : undefined;
    default:
      return undefined;
  }
};
