import { exitText } from '../vocabulary/errors.js';
import type { Departure, EventDraft, EventOf, Exit, OtherSlots } from '../vocabulary/events.js';
import type { ClusterState, SlotState } from './clusterState.js';

/** A worker leaves or has left its slot without having been asked. */
export type UnaskedDeparture = EventOf<EventDraft, 'exit' | 'leaving'>;

/** The departure that a respawn policy decides about, from the event and the cluster state. */
export const departureOf = (
  left: UnaskedDeparture,
  { slots, spent, viable, serving, everAvailable }: ClusterState,
  minUptime: number,
  random: number,
): Departure => {
  const { worker, uptime } = left;
  const { slot } = worker;
  const own = slots.get(slot);
  const early = uptime < minUptime;
  return {
    slot,
    worker,
    ...(left.type === 'exit' && { exit: exitOf(left) }),
    why: left.type === 'exit' ? exitText(left) : `left (${left.why})`,
    uptime,
    early,
    failures: (own?.spent ?? 0) + Number(early),
    spent: spent + Number(early),
    everAvailable,
    failedStarts: everAvailable ? 0 : (own?.failedStarts ?? 0) + 1,
    others: {
      serving: serving - Number((own?.ready ?? 0) > 0),
      viable: viable - Number(own?.viable ?? false),
      ...(!everAvailable && fewestFailedStarts(slots.values(), slot)),
    },
    random,
  };
};

const exitOf = ({ code, signal, requested, reason, uptime, cause }: Exit): Exit => {
  return { code, signal, requested, reason, uptime, ...(cause && { cause }) };
};

/** The lowest number of failed starts among the other slots whose worker may still become available. An overdue worker does not count. */
const fewestFailedStarts = (
  slots: Iterable<SlotState>,
  except: number,
): Pick<OtherSlots, 'fewestFailedStarts'> | undefined => {
  let fewest = Infinity;
  for (const { slot, open, vacant, workers, failedStarts } of slots) {
    if (slot === except || !open || vacant) continue;
    const isOverdue = [...workers.values()].some(({ leaving, overdue }) => overdue && !leaving);
    if (!isOverdue) fewest = Math.min(fewest, failedStarts);
  }
  return fewest === Infinity ? undefined : { fewestFailedStarts: fewest };
};
