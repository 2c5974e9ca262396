import { exitText } from '../errors.js';
import type { Draft, Of } from '../events.js';
import { type Backoff, backoff } from './backoff.js';
import type { Census } from './census.js';

/** A worker has left its seat, and nobody had asked. */
export type Vacated = Of<Draft, 'exit' | 'leaving'>;

export interface Budget {
  readonly maxForkCount: number;
  readonly minUptime: number;
  readonly backoff: Backoff;
}

/**
 * What to do about a worker that left unasked. Before `minUptime` it costs one; after a stable life it costs nothing and is replaced
 * at once. With the budget spent the slot goes on slowly (`degraded`) while another serves or has not failed;
 * when none does, the cluster gives up. A healthy slot is never lost to a failing one.
 *
 * @see maxForkCount is proteus-cluster's of 2012; that a stable life pays it back is OTP's intensity and period in other words.
 */
export const budget = (
  { maxForkCount: limit, minUptime, backoff: pace }: Budget,
  { seats, spent: before, promising }: Census,
  vacated: Vacated,
  random: number,
): Draft & { readonly delay?: number } => {
  const { worker, uptime } = vacated;
  const { slot } = worker;
  const seat = seats.get(slot);
  const charged = uptime < minUptime;
  const spent = before + Number(charged);
  const verdict = { slot, worker, charged, spent, limit };
  if (!charged) return { type: 'backoff', ...verdict, delay: 0 };
  if (spent < limit) return { type: 'backoff', ...verdict, delay: backoff(pace, seat?.spent ?? 0, random) };
  const others = promising - Number(seat?.promising ?? false);
  return others > 0
    ? { type: 'degraded', ...verdict, delay: pace.max }
    : { type: 'give-up', slot, worker, spent, limit, why: why(vacated) };
};

const why = (vacated: Vacated): string => (vacated.type === 'exit' ? exitText(vacated) : `left (${vacated.why})`);
