import { backoff } from './backoff.js';
import type { BackoffOptions } from './backoffDelay.js';
import { budget } from './budget.js';
import { permanent } from './permanent.js';
import { policy, type RespawnPolicy } from './policy.js';
import { startLimit } from './startLimit.js';
import { temporary } from './temporary.js';
import { transient } from './transient.js';

/** The plain options of a cluster that make up its policy. An entry that is `undefined` has its default. */
export interface PolicyOptions {
  /** Default: `permanent`. */
  readonly respawn?: 'permanent' | 'transient' | 'temporary' | undefined;
  /** Early exits of all slots together. Default: 100. */
  readonly maxForkCount?: number | undefined;
  /** Failed first starts of each slot. Default: 5, or `Infinity` where `maxForkCount` is given, which then counts from the first fork. */
  readonly maxStartAttempts?: number | undefined;
  /** Default: initial 100, factor 2, max 10000, jitter 0.2. */
  readonly backoff?: BackoffOptions | undefined;
}

const kinds = { permanent, transient, temporary };

/**
 * The policy that a cluster has by its plain options, made of the public blocks. For a policy that is the usual one and a block more.
 *
 * ```
 * departures        --1----1----
 * defaultPolicy()   --r----r----      r: respawn, after 100 ms, then after 200 ms
 * ```
 *
 * Completes and errors with the source.
 *
 * @example
 * cluster$({ respawn: policy(defaultPolicy({ maxForkCount: 10 }), atMostOneIn(5_000)) });
 */
export const defaultPolicy = ({
  respawn = 'permanent',
  maxForkCount,
  maxStartAttempts: attempts = maxForkCount === undefined ? 5 : Infinity,
  backoff: pace,
}: PolicyOptions = {}): RespawnPolicy =>
  policy(
    kinds[respawn](),
    startLimit({ attempts }),
    budget({ maxForkCount: maxForkCount ?? 100, fromStart: maxForkCount !== undefined || attempts === Infinity }),
    backoff(pace),
  );
