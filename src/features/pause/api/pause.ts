import { defaultIfEmpty, defer, firstValueFrom, forkJoin, map, type Observable } from 'rxjs';
import { askFeature } from '../../../registry/askFeature.js';
import { type ClusterAddress, requireSlot } from '../../../registry/addressing.js';
import { reportRejection } from '../../../registry/reportRejection.js';
import type { RunningCluster } from '../../../registry/runningClusters.js';
import { validateAddress, validateSlot } from '../../../validation/arguments.js';
import type { PauseCommand, PauseResult, ResumeResult } from '../commands.js';
import { name } from '../frames.js';

/**
 * Takes the worker of a slot out of rotation: it accepts no new connections, and its process stays.
 *
 * Open connections get their answers, keep-alive connections end with their next answer or when they have been idle, and jobs, timers and messages go on. Nothing is cut.
 * With `cluster` the slot of the cluster with this name, otherwise of all running clusters that have the slot.
 *
 * Resolves when the worker accepts no more, with `{ outcome: 'paused', slot, worker }`, also if it was paused before; or with `{ outcome: 'refused', slot, why }`: the last ready worker
 * is not paused, nor is one that does not answer within 5000 ms. A paused worker is resumed when no other worker is ready. Its pause ends with its process: a restart, or a respawn after a crash, brings a worker that is not paused.
 *
 * Rejects with `NotRunningError` where no such cluster or slot exists, and with `ConfigError` for a wrong slot or address. A rejection is also an `error` event, and an unhandled one does not end the process.
 *
 * @example
 * const { outcome, why } = await pause(2);
 * if (outcome === 'refused') console.error(why);
 * await pause(2, { cluster: 'web' });
 */
export const pause = (slot: number, to?: ClusterAddress): Promise<PauseResult> =>
  // The feature replies to each command with the result of its kind.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  carriedOut('pause', slot, to) as Promise<PauseResult>;

/**
 * Puts the worker of a slot back into rotation after `pause()`.
 *
 * Resolves when it accepts connections again, with `{ outcome: 'resumed', slot, worker }`, also if it was not paused; or with `{ outcome: 'refused', slot, why }`.
 * `cluster` and rejections are as for `pause`.
 *
 * @example
 * await resume(2);
 */
export const resume = (slot: number, to?: ClusterAddress): Promise<ResumeResult> =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  carriedOut('resume', slot, to) as Promise<ResumeResult>;

type Result = PauseResult | ResumeResult;

const carriedOut = (asked: PauseCommand['asked'], slot: number, to?: ClusterAddress): Promise<Result> =>
  reportRejection(
    firstValueFrom(
      defer(() => {
        const what = `${asked}()`;
        validateSlot(`${what}.slot`, slot);
        validateAddress(what, to);
        const clusters = requireSlot(what, { ...to, slot });
        return forkJoin(clusters.map((running) => resultOf(running, { asked, slot, why: what }))).pipe(
          map((results) => combine(slot, clusters, results)),
        );
      }),
    ),
  );

const resultOf = (running: RunningCluster, command: PauseCommand): Observable<Result> => {
  const ended: Result = { outcome: 'refused', slot: command.slot, why: 'the cluster has ended' };
  return askFeature(running, name, command).pipe(
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    map((result) => result as Result),
    defaultIfEmpty(ended),
  );
};

/** One result for several clusters; the result of a single cluster as it is. */
const combine = (slot: number, clusters: readonly RunningCluster[], results: readonly Result[]): Result => {
  const [first] = results;
  const worst = results.find(({ outcome }) => outcome === 'refused') ?? first;
  if (worst === undefined || results.length === 1)
    return worst ?? { outcome: 'refused', slot, why: 'no cluster has it' };
  const { worker: _, ...shared } = worst;
  return {
    ...shared,
    clusters: Object.fromEntries(results.map((result, index) => [clusters[index]?.name, result])),
  };
};
