import {
  concat,
  distinct,
  filter,
  map,
  merge,
  mergeMap,
  type Observable,
  of,
  range,
  shareReplay,
  take,
  takeUntil,
} from 'rxjs';
import type { ClusterOptions } from '../config/clusterOptions.js';
import type { ClusterEvent } from '../features/index.js';
import type { ClusterCommand, CoreEvent } from '../vocabulary/events.js';
import type { HistoryDraft, HistoryEntry } from '../vocabulary/messageBatch.js';
import { eachMessage } from '../operators/messages/eachMessage.js';
import type { Host } from '../host/host.js';
import { withCompanion } from '../operators/general/withCompanion.js';
import type { ClusterState } from '../state/clusterState.js';
import { type EventHistory, eventHistory } from '../state/eventHistory.js';
import type { StopRequest } from '../operators/lifecycle/leave.js';
import { connected } from '../operators/general/connected.js';
import { type Feedback, loop } from '../operators/general/loop.js';
import { semaphore } from '../operators/general/semaphore.js';
import { controls$ } from './controls.js';
import { applyFeatures, applyForks, featureSlices } from '../features/fold.js';
import { decisions$, policyKept$ } from './decisions.js';
import { end$, started$ } from './lifetime.js';
import { hostWithMessages } from './messages.js';
import { retireOnSigterm, replacements$ } from './replacements.js';
import { rolls$ } from './rolls.js';
import { scaledSlot$ } from './scaledSlot.js';
import { waiting$ } from './waiting.js';
import { size$, sizes$ } from './sizes.js';

/**
 * What every part of the master can subscribe to: the cluster's own events by type (`on`) and its state (`state$`, current on subscription). `loop` stamps each
 * emitted draft, folds it into the state and delivers it to all parts.
 */
type ClusterFeedback = Feedback<CoreEvent, ClusterState>;

/**
 * The master. Each row is a scenario: the part that emits, and the events that it emits:
 *
 * ```
 * a crash     slot: exit, not requested, departure ─▶ respawn policy: a decision ─▶ slot: backoff ─▶ a permit to boot ─▶ slot: fork
 * a roll      controls$: restart ─▶ rolls$: restart-begin, replace-begin ─▶ slot: fork … available, replace-end, retire (the old worker)
 *             ─▶ rolls$: replace-begin for each next slot when there is room … restart-end, when the old workers have exited
 * an abort    slot: replace-abort, its new worker was overdue or left, the old one stays ─▶ rolls$: restart-abort, then mixed
 *             ─▶ other slots drop new workers that are not available yet; what was replaced stays replaced
 * a shutdown  controls$: shutdown ─▶ slots, by stop$: retire … exit ─▶ slots$ completes ─▶ end (rolls$ cancels a roll)
 * a kill      controls$: forced shutdown, or disconnectTimeout is over ─▶ slot: kill … exit
 * a scaling   sizes$: scale ─▶ slots that open: fork … ready; those that close: retire … exit
 * giving up   slot: give-up, the budget is spent and none serves ─▶ selfShutdown$ ─▶ controls$: shutdown … end, then ForkLimitError
 * ```
 *
 * A worker is ready when it serves, and available when it has stayed ready. A slot serves if it has a ready worker, and is vacant if it stays empty.
 * Features add their own events and decisions: `applyFeatures` folds over the list in `src/features/index.ts`, and a new feature starts there, not here.
 * Subscribing forks; unsubscribing kills. `commands$` emits commands from outside.
 * Completes when the last worker has left; errors with `ForkLimitError` if the cluster gave up.
 */
export const cluster$ = (
  host: Host,
  options: ClusterOptions,
  commands$: Observable<ClusterCommand>,
): Observable<ClusterEvent> => history$(host, options, commands$).pipe(eachMessage<ClusterEvent>());

/** The same, with messages in batches, as they are inside the master. */
export const history$ = (
  host: Host,
  options: ClusterOptions,
  commands$: Observable<ClusterCommand>,
  remember: () => EventHistory = () => eventHistory(options.name, options.worker, featureSlices()),
): Observable<HistoryEntry<ClusterEvent>> =>
  loop<HistoryDraft, HistoryEntry, ClusterState, CoreEvent>(remember, (feedback) => {
    const turns = { stop$: stops$(feedback), boots$: semaphore(options.maxBooting) };
    const forks = applyForks(host, options, feedback, turns);
    // Each process passes, in this order, the delivery of its messages, the reaction to SIGTERM, and the features.
    const features = applyFeatures(
      retireOnSigterm(hostWithMessages(forks.host, options, feedback), options),
      options,
      feedback,
    );
    const context = { ...feedback, ...turns, host: features.host, options, decisions$: decisions$(options, feedback) };
    const slots$ = slotNumbers$(feedback).pipe(
      takeUntil(context.stop$),
      mergeMap((slot) => scaledSlot$(context, slot)),
    );
    const master$ = merge(commands$, selfShutdown$(feedback), replacements$(options, feedback)).pipe(
      connected((allCommands$, begun$) =>
        merge(
          policyKept$(context.decisions$), //                          departure ─▶ a decision, which the slot carries out
          controls$(host, options, allCommands$, feedback), // signals and commands ─▶ restart; the first shutdown, and after it only a forced one
          sizes$(options, allCommands$, begun$, feedback), //          signals, commands and the observable `worker` ─▶ scale
          rolls$(options, feedback), //                                restart ─▶ restart-begin, replace-begin … restart-end or restart-abort
          features.epics$(allCommands$), //                            the decisions of the features
          waiting$(options, feedback, host), //                        retire, kill, exit ─▶ waiting, while a worker has not exited
          started$(feedback, host), //                                 ready ─▶ started
        ),
      ),
    );
    // Decisions are made as long as there are slots; then `end` follows.
    return concat(merge(slots$, forks.beside$).pipe(withCompanion(master$)), end$(feedback, host));
  });

/** The stop requests for all workers: a shutdown that has begun, later ones, and when the loop is unsubscribed a forced one, so that nothing is forked any more. */
const stops$ = ({ on, state$ }: ClusterFeedback): Observable<StopRequest> => {
  const past$ = state$.pipe(
    take(1),
    mergeMap(({ stop }) => (stop === undefined ? [] : [stop])),
  );
  return concat(past$, on('shutdown'), of({ force: true, why: 'unsubscribed' })).pipe(
    shareReplay({ bufferSize: 1, refCount: true }),
  );
};

/** The number of each slot, once: those of the first size, and further ones when the cluster is scaled up beyond its largest size. Each slot opens and closes itself. */
const slotNumbers$ = (feedback: ClusterFeedback): Observable<number> =>
  size$(feedback).pipe(
    mergeMap((size) => range(1, size)),
    distinct(),
  );

/** Shuts the cluster down when it has given up, or when every slot is vacant. */
const selfShutdown$ = ({ on, state$ }: ClusterFeedback): Observable<ClusterCommand> => {
  const allVacant$ = state$.pipe(
    filter(({ vacant, size }) => vacant === size),
    take(1),
  );
  return merge(on('give-up').pipe(map(() => 'gave up')), allVacant$.pipe(map(() => 'every slot is vacant'))).pipe(
    map((why) => ({ type: 'shutdown', force: false, why })),
  );
};
