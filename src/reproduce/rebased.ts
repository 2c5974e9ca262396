import type { ClusterEvent } from '../index.js';

/** Events whose `time` counts from the first one, which gets `begin`, and never goes back. */
export const rebased = (
  events: readonly ClusterEvent[],
  begin: number,
): { readonly events: readonly ClusterEvent[]; readonly assumptions: readonly string[] } => {
  const first = events[0]?.time ?? 0;
  let latest = first;
  let setBack = false;
  const result = events.map((event): ClusterEvent => {
    if (event.time < latest) setBack = true;
    latest = Math.max(latest, event.time);
    return { ...event, time: latest - first + begin };
  });
  return {
    events: result,
    assumptions: setBack
      ? ['The clock of the machine was set back during the recording: meanwhile all events have the same time.']
      : [],
  };
};
