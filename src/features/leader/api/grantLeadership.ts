import { defaultIfEmpty, defer, firstValueFrom, map, type Observable } from 'rxjs';
import { requireClusters } from '../../../registry/addressing.js';
import { askFeature } from '../../../registry/askFeature.js';
import { reportRejection } from '../../../registry/reportRejection.js';
import { ConfigError, showValue } from '../../../vocabulary/errors.js';
import type { GrantResult, LeaderCommand } from '../commands.js';
import { name } from '../frames.js';

/** A term that is granted to a cluster, or renewed. */
export interface GrantedTerm {
  /** The fencing token: a whole number, higher for each term than for all before. The same renews the term. */
  readonly token: number;
  /** How long the term lasts from now unless it is renewed, in ms. */
  readonly validFor: number;
}

/**
 * Grants a term to a cluster with `leader: 'fleet'`: one of its workers becomes the leader. With the same `token` the term is renewed.
 *
 * The worker counts the time itself, and stops leading when `validFor` ms have passed without a renewal, also if this master does not run then. A token is for one worker: when that has left, the
 * event `leader-end` says so, and another worker leads with the next token. While no worker is ready, the term waits for one.
 *
 * Resolves with `{ outcome: 'accepted' }`, or with `{ outcome: 'refused', why }`: the term has ended, or the cluster does not have the option. Rejects with `NotRunningError` without such a cluster, and with `ConfigError` for a
 * wrong term. A rejection is also an `error` event, and an unhandled one does not end the process.
 *
 * The token is that of Chubby's sequencers and of the leases of etcd.
 *
 * @example
 * await grantLeadership('shop', { token: 17, validFor: 7_500 });
 */
export const grantLeadership = (cluster: string, { token, validFor }: GrantedTerm): Promise<GrantResult> =>
  asked('grantLeadership()', cluster, () => {
    if (!Number.isSafeInteger(token) || token < 1)
      throw new ConfigError('grantLeadership().token', `expected a whole number, 1 or more, got ${showValue(token)}`);
    if (!(validFor > 0 && validFor < Infinity))
      throw new ConfigError('grantLeadership().validFor', `expected a time in ms above 0, got ${showValue(validFor)}`);
    return { asked: 'grant', token, validFor };
  });

/**
 * Withdraws the term of a cluster with `leader: 'fleet'`. The event `leader-end` follows when its leader has confirmed that it no longer leads, at the latest when the time of the term is over.
 *
 * Resolves and rejects like `grantLeadership`.
 *
 * @example
 * await withdrawLeadership('shop');
 */
export const withdrawLeadership = (cluster: string): Promise<GrantResult> =>
  asked('withdrawLeadership()', cluster, () => ({ asked: 'withdraw' }));

const asked = (what: string, cluster: string, command: () => LeaderCommand): Promise<GrantResult> =>
  reportRejection(
    firstValueFrom(
      defer((): Observable<GrantResult> => {
        const checked = command();
        const [running] = requireClusters(what, { cluster });
        if (running === undefined) throw new ConfigError(what, 'expected the name of a cluster');
        return askFeature(running, name, checked).pipe(
          // The feature replies to its commands with these results.
          // oxlint-disable-next-line typescript/no-unsafe-type-assertion
          map((result) => result as GrantResult),
          defaultIfEmpty<GrantResult, GrantResult>({ outcome: 'refused', why: 'the cluster has ended' }),
        );
      }),
    ),
  );
