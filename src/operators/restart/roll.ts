import { distinct, filter, map, mergeMap, type Observable, takeWhile } from 'rxjs';
import type { CoreEvent, EventDraft, EventOf, RestartCause, RestartResult } from '../../vocabulary/events.js';
import type { ClusterState, SlotState } from '../../state/clusterState.js';

export interface RollPlan {
  readonly roll: number;
  /** The restart requests that the roll carries out. */
  readonly requests: readonly string[];
  /** All slots, one slot by its number, or none, if the worker that was to be replaced is leaving or has exited. */
  readonly slots: 'all' | 'none' | number;
  /** How many processes there may be in addition to one for each slot; in percent a share of the slots that there are by then, rounded up. A roll forks while there are fewer. */
  readonly surge: number | `${number}%`;
  /** False without a surge: the old worker exits before the new one is forked, one slot at a time. */
  readonly overlap: boolean;
}

/** The plan of a roll for restart requests that are all for the same slots. */
export const rollPlan = (
  surge: RollPlan['surge'],
  state: ClusterState,
  number: number,
  requested: readonly RestartRequest[],
): RollPlan => {
  const requests = requested.map(({ request }) => request);
  const slots = requested.some((one) => isDue(one, state)) ? (requested[0]?.slot ?? 'all') : 'none';
  return { roll: number, requests, slots, surge, overlap: surgeOf(surge, state.size) > 0 };
};

type RestartRequest = Pick<EventOf<CoreEvent, 'restart'>, 'request' | 'slot' | 'worker'>;

/** A slot that has been closed needs no replacement, nor does a worker that is leaving or has exited. */
const isDue = ({ slot, worker }: RestartRequest, { slots, size }: ClusterState): boolean => {
  if (slot !== undefined && slot > size) return false;
  return worker === undefined || slots.get(worker.slot)?.workers.get(worker.id)?.leaving === false;
};

/**
 * One rolling restart, of all slots or of one: decides from each cluster state which slot is replaced next, until all slots have been
 * replaced and the old workers have exited, a replacement has failed, or a shutdown begins. The first slot is the canary. A slot that is
 * closed during the roll is skipped, and one that is opened is not replaced. The progress of the roll is part of the cluster state.
 *
 * ```
 * states        c-----1-----2-----3
 * replaced         -     1    1,2
 * result        (b1)--2-----3-----(e|)       b: restart-begin  1, 2, 3: replace-begin  e: restart-end
 *
 * states        c-----f                      slot 1 has failed
 * result        (b1)--(am|)                  a: restart-abort  m: mixed
 * ```
 */
export const roll =
  (plan: RollPlan) =>
  (state$: Observable<ClusterState>): Observable<EventDraft> =>
    state$.pipe(
      map((state) => [nextStep(plan, state), state] as const),
      filter(([step]) => step !== 'wait'),
      distinct(([step]) => step),
      takeWhile(([step]) => !isOutcome(step), true),
      mergeMap(([step, state]) => eventsOf(plan, state, step)),
    );

type Outcome = RestartResult['outcome'];
/** A number is the slot to be replaced. */
type Step = 'begin' | 'wait' | number | Outcome;

const isOutcome = (step: Step): step is Outcome => step === 'done' || step === 'aborted' || step === 'cancelled';

const nextStep = (plan: RollPlan, state: ClusterState): Step => {
  if (state.stop !== undefined) return 'cancelled';
  if (state.roll?.roll !== plan.roll) return 'begin';
  const { lastBegun, lastSlot, replaced, inProgress, outgoing, failed } = state.roll;
  if (failed !== undefined) return 'aborted';
  const slot = lastBegun + 1;
  if (slot > lastSlot) return inProgress.size === 0 && outgoing.size === 0 ? 'done' : 'wait';
  const oneAtATime = replaced.size === 0 || !plan.overlap;
  if (oneAtATime && inProgress.size > 0) return 'wait';
  if ([...inProgress].some((one) => isFailing(state.slots.get(one)))) return 'wait';
  return hasRoom(plan, state, slot) ? slot : 'wait';
};

const eventsOf = (plan: RollPlan, state: ClusterState, step: Step): readonly EventDraft[] => {
  const { roll, requests, overlap, slots } = plan;
  if (step === 'wait') return [];
  if (step === 'begin') {
    const oneSlot = typeof slots === 'number' && { slot: slots };
    return [{ type: 'restart-begin', roll, requests, slots: slotsToReplace(plan, state.size), ...oneSlot }];
  }
  if (isOutcome(step)) return resultEvents(plan, state, step);
  return [{ type: 'replace-begin', roll, slot: step, overlap, ...(isEmpty(state.slots.get(step)) && { empty: true }) }];
};

/** There is no old worker: the slot is vacant, or waits for its next worker. One that leaves already does not count. */
const isEmpty = (slotState: SlotState | undefined): boolean =>
  [...(slotState?.workers.values() ?? [])].every(({ leaving }) => leaving);

/** Its replacement has left, and the slot is about to say so. The exit has made room, but the roll is aborted next. */
const isFailing = (slotState: SlotState | undefined): boolean => {
  const { newcomer, workers } = slotState ?? {};
  return newcomer !== undefined && workers?.get(newcomer)?.leaving !== false;
};

/** Whether one more process may be forked in the slot. Without overlap the process that is there, or is expected, exits first. */
const hasRoom = (
  { surge, overlap }: RollPlan,
  { size, processes, pendingForks, slots }: ClusterState,
  slot: number,
): boolean => {
  const slotState = slots.get(slot);
  const own = overlap ? slotState?.pendingFork === true : slotState?.vacant === false;
  return processes + pendingForks - Number(own) < size + surgeOf(surge, size);
};

const surgeOf = (surge: RollPlan['surge'], size: number): number =>
  typeof surge === 'number' ? surge : Math.ceil((size * Number.parseFloat(surge)) / 100);

/** The slots that the plan replaces, of `size` slots. */
const slotsToReplace = ({ slots }: RollPlan, size: number): readonly number[] => {
  if (slots === 'none') return [];
  return range(size).filter((slot) => slots === 'all' || slot === slots);
};

const range = (length: number): readonly number[] => Array.from({ length }, (_, index) => index + 1);

const resultEvents = (plan: RollPlan, state: ClusterState, outcome: Outcome): readonly EventDraft[] => {
  const { roll, requests } = plan;
  const { replaced: replacedSlots, lastSlot } =
    state.roll?.roll === roll ? state.roll : { replaced: new Set<number>(), lastSlot: state.size };
  const slots = {
    replaced: [...replacedSlots].toSorted((one, other) => one - other),
    kept: slotsToReplace(plan, lastSlot).filter((slot) => !replacedSlots.has(slot)),
  };
  const result: RestartResult =
    outcome === 'done'
      ? { outcome, ...slots }
      : { outcome, ...slots, cause: outcome === 'aborted' ? causeOf(state) : { why: state.stop?.why ?? '' } };
  if (result.outcome !== 'aborted') return [{ type: 'restart-end', roll, requests, result }];
  return [
    { type: 'restart-abort', roll, requests, result },
    { type: 'mixed', roll, slots: generations(state, replacedSlots) },
  ];
};

const causeOf = ({ roll }: ClusterState): RestartCause => {
  const { why = '', worker, exit } = roll?.failed ?? {};
  return { why, ...(worker && { worker }), ...(exit && { exit }) };
};

const generations = ({ slots }: ClusterState, replaced: ReadonlySet<number>) =>
  [...slots.values()]
    .filter(({ open }) => open)
    .map(({ slot, workers }) => {
      const generation = Math.max(
        0,
        ...[...workers.values()].filter(({ leaving }) => !leaving).map(({ worker }) => worker.generation),
      );
      return { slot, generation, replaced: replaced.has(slot) };
    });
