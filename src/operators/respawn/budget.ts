import { exitText } from '../../vocabulary/errors.js';
import type { EventDraft, FailedStart, EventOf } from '../../vocabulary/events.js';
import { type Backoff, backoff } from './backoff.js';
import type { ClusterState, SlotState } from '../../state/clusterState.js';

/** A worker has left its seat, and nobody had asked. */
export type UnaskedDeparture = EventOf<EventDraft, 'exit' | 'leaving'>;

export interface Budget {
  readonly maxForkCount: number;
  /** What `maxForkCount` is until a worker of the cluster has been available. */
  readonly maxForkCountAtStart: number;
  /** How often each slot may fail until then. */
  readonly maxStartAttempts: number;
  readonly minUptime: number;
  readonly backoff: Backoff;
}

/**
 * What to do about a worker that left unasked. Before `minUptime` it costs one; after a stable life it costs nothing and is replaced
 * at once. With the budget spent the slot goes on slowly (`degraded`) while another serves or has not failed;
 * when none does, the cluster gives up. A healthy slot is never lost to a failing one.
 *
 * Until a worker of the cluster has been available, each slot has `maxStartAttempts`. One that has used them goes on slowly while another has attempts
 * left and its worker is not overdue; when none has, the cluster gives up. A boot that takes long is no failed attempt, only an exit is.
 *
 * @see maxForkCount is proteus-cluster's of 2012; that a stable life pays it back is OTP's intensity and period in other words.
 */
export const budget = (
  { maxForkCount: limit, maxForkCountAtStart, maxStartAttempts, minUptime, backoff: pace }: Budget,
  { slots, spent: before, viable, begun }: ClusterState,
  vacated: UnaskedDeparture,
  random: number,
): EventDraft & { readonly delay?: number } => {
  const { worker, uptime } = vacated;
  const { slot } = worker;
  const seat = slots.get(slot);
  const starting = !begun && maxStartAttempts < Infinity;
  const start: FailedStart | undefined = starting
    ? { failed: (seat?.failedStarts ?? 0) + 1, limit: maxStartAttempts }
    : undefined;
  const charged = uptime < minUptime;
  const spent = before + Number(charged);
  const verdict = { slot, worker, charged, spent, limit, ...(start && { start }) };
  const spentAll = charged && spent >= (starting ? maxForkCountAtStart : limit);
  const triedAll = start !== undefined && start.failed >= start.limit;
  if (!spentAll && !triedAll)
    return { type: 'backoff', ...verdict, delay: charged ? backoff(pace, seat?.spent ?? 0, random) : 0 };
  const others = viable > Number(seat?.viable ?? false);
  const hope = (!spentAll || others) && (!triedAll || othersMayStart(slots.values(), slot, maxStartAttempts));
  if (hope) return { type: 'degraded', ...verdict, delay: pace.max };
  const { cause } = vacated.type === 'exit' ? vacated : {};
  const reason = { why: why(vacated), ...(cause && { cause }), ...(triedAll && start && { start }) };
  return { type: 'give-up', slot, worker, spent, limit, ...reason };
};

/** Another slot has a ready worker, or attempts left and no worker that has taken too long. */
const othersMayStart = (seats: Iterable<SlotState>, slot: number, maxStartAttempts: number): boolean => {
  for (const seat of seats) {
    if (seat.slot === slot || !seat.open || seat.vacant) continue;
    if (seat.ready > 0) return true;
    const late = [...seat.workers.values()].some(({ leaving, overdue }) => overdue && !leaving);
    if (seat.failedStarts < maxStartAttempts && !late) return true;
  }
  return false;
};

const why = (vacated: UnaskedDeparture): string =>
  vacated.type === 'exit' ? exitText(vacated) : `left (${vacated.why})`;
