/** How long to wait between a crash and the respawn. Times in ms. */
export interface Backoff {
  /** The wait after the first crash of an unstable worker. */
  readonly initial: number;
  /** By what each further crash multiplies it. */
  readonly factor: number;
  /** The longest wait, whatever the jitter adds. */
  readonly max: number;
  /** The part of the wait that is random: 0.2 gives 80 to 120 %, and never more than `max`. */
  readonly jitter: number;
}

/** A part that is left out or `undefined` has its default. */
export type BackoffOptions = { readonly [Part in keyof Backoff]?: Backoff[Part] | undefined };

/**
 * The wait before the next respawn, in ms: exponential, capped, jittered (the words are Effect's Schedule).
 * `failures` counts the crashes before this one; `random` is uniform in [0, 1). What jitter would add beyond `max` is cut off the range from which
 * the wait is drawn, not off the wait, so that slots which have reached `max` still do not respawn in the same moment.
 *
 * @example
 * backoffDelay({ initial: 100, factor: 2, max: 10_000, jitter: 0 }, 3, 0.5); // 800
 */
export const backoffDelay = ({ initial, factor, max, jitter }: Backoff, failures: number, random: number): number => {
  // Nothing stays nothing, however often it is multiplied; Infinity times it would be no number.
  const wait = initial === 0 ? 0 : Math.min(max, initial * factor ** failures);
  if (wait === Infinity) return Infinity;
  const least = wait * (1 - jitter);
  const most = Math.min(max, wait * (1 + jitter));
  return Math.min(max, Math.round(least + random * (most - least)));
};
