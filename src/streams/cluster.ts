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
import type { Policy } from '../config/policy.js';
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
import { leaving, replacements$ } from './replacements.js';
import { rolls$ } from './rolls.js';
import { scaledSlot$ } from './scaledSlot.js';
import { waiting$ } from './waiting.js';
import { size$, sizes$ } from './sizes.js';

/**
 * What is said is an event, and everybody hears it: `loop` stamps each draft, folds it into the state (`state$`, which starts
 * with what is so now) and passes it on by type (`on`, which completes on unsubscription).
 */
type Hearing = Feedback<CoreEvent, ClusterState>;

/**
 * The master. Each journey is a row, with who says what:
 *
 * ```
 * a crash     slot: exit that nobody asked for, departure ─▶ policy: a decision ─▶ slot: backoff ─▶ its turn to boot ─▶ slot: fork
 * a roll      controls$: restart ─▶ rolls$: restart-begin, replace-begin ─▶ slot: fork … available, replace-end, retire (the old worker)
 *             ─▶ rolls$: replace-begin for each next slot when there is room … restart-end, when the old workers have exited
 * an abort    slot: replace-abort, its new worker was late or left, the old one stays ─▶ rolls$: restart-abort, then mixed
 *             ─▶ other slots drop new workers that are not available yet; what was replaced stays replaced
 * a shutdown  controls$: shutdown ─▶ slots, by stop$: retire … exit ─▶ slots$ completes ─▶ end (rolls$ cancels a roll)
 * a kill      controls$: shutdown by force, or disconnectTimeout is over ─▶ slot: kill … exit
 * a scaling   sizes$: scale ─▶ slots that open: fork … ready; those that close: retire … exit
 * giving up   slot: give-up, the budget is spent and none serves ─▶ resignation$ ─▶ controls$: shutdown … end, then ForkLimitError
 * ```
 *
 * A worker is ready when it serves and available when that has lasted; a slot serves with a ready worker, and is vacant when it stays empty.
 * Subscribing forks; unsubscribing kills. `commands$` brings commands from outside.
 * Completes when the last worker has left; errors with `ForkLimitError` if the cluster gave up.
 */
export const cluster$ = (host: Host, policy: Policy, commands$: Observable<ClusterCommand>): Observable<ClusterEvent> =>
  history$(host, policy, commands$).pipe(eachMessage<ClusterEvent>());

/** The same with batches of messages, as the rest of the master has them. */
export const history$ = (
  host: Host,
  policy: Policy,
  commands$: Observable<ClusterCommand>,
  remember: () => EventHistory = () => eventHistory(policy.name, policy.worker, featureSlices()),
): Observable<HistoryEntry<ClusterEvent>> =>
  loop<HistoryDraft, HistoryEntry, ClusterState, CoreEvent>(remember, (hearing) => {
    const turns = { stop$: stops$(hearing), boots$: semaphore(policy.maxBooting) };
    const forks = applyForks(host, policy, hearing, turns);
    // Processes whose messages are delivered at once, and which go through the features.
    const applied = applyFeatures(leaving(hostWithMessages(forks.host, policy, hearing), policy), policy, hearing);
    const context = { ...hearing, ...turns, host: applied.host, policy, decisions$: decisions$(policy, hearing) };
    const slots$ = numbers$(hearing).pipe(
      takeUntil(context.stop$),
      mergeMap((slot) => scaledSlot$(context, slot)),
    );
    const master$ = merge(commands$, resignation$(hearing), replacements$(policy, hearing)).pipe(
      connected((wishes$, begun$) =>
        merge(
          policyKept$(context.decisions$), //                   departure ─▶ a decision, for the slot to carry out
          controls$(host, policy.signals, wishes$, hearing), // signals and commands ─▶ restart; the first shutdown, after it only one by force
          sizes$(policy, wishes$, begun$, hearing), //          signals, commands and the observable `worker` ─▶ scale
          rolls$(policy, hearing), //                           restart ─▶ restart-begin, replace-begin … restart-end or restart-abort
          applied.epics$, //                                    what the features decide
          waiting$(policy, hearing, host), //                   retire, kill, exit ─▶ waiting, while somebody has not gone yet
          started$(hearing, host), //                           ready ─▶ started
        ),
      ),
    );
    // Decisions are made as long as there are slots; then comes the end.
    return concat(merge(slots$, forks.beside$).pipe(withCompanion(master$)), end$(hearing, host));
  });

/** What every worker is told: the shutdown that was, those to come, and on unsubscription that nobody is to fork any more. */
const stops$ = ({ on, state$ }: Hearing): Observable<StopRequest> => {
  const past$ = state$.pipe(
    take(1),
    mergeMap(({ stop }) => (stop === undefined ? [] : [stop])),
  );
  return concat(past$, on('shutdown'), of({ force: true, why: 'unsubscribed' })).pipe(
    shareReplay({ bufferSize: 1, refCount: true }),
  );
};

/** The slots there are, and each further one when the cluster is scaled up for the first time so far. Each opens and closes by itself. */
const numbers$ = (hearing: Hearing): Observable<number> =>
  size$(hearing).pipe(
    mergeMap((size) => range(1, size)),
    distinct(),
  );

/** The cluster ends by itself when it gives up, or when every slot is vacant: none waits for a respawn, none is wanted. */
const resignation$ = ({ on, state$ }: Hearing): Observable<ClusterCommand> => {
  const allVacant$ = state$.pipe(
    filter(({ vacant, size }) => vacant === size),
    take(1),
  );
  return merge(on('give-up').pipe(map(() => 'gave up')), allVacant$.pipe(map(() => 'every slot is vacant'))).pipe(
    map((why) => ({ type: 'shutdown', force: false, why })),
  );
};
