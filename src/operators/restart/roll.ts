import { distinct, filter, map, mergeMap, type Observable, takeWhile } from 'rxjs';
import type { CoreEvent, EventDraft, EventOf, RestartCause, RestartResult } from '../../vocabulary/events.js';
import type { ClusterState } from '../../state/clusterState.js';

export interface RollPlan {
  readonly roll: number;
  /** Who asked for it. */
  readonly requests: readonly string[];
  /** Every slot; one by its number; or none, where whoever was to be replaced has gone by itself. */
  readonly slots: 'all' | 'none' | number;
  /** Processes there may be beyond one for each slot: a roll forks while there are fewer. */
  readonly surge: number;
  /** False with no surge: the old worker goes before the new one comes, one slot at a time. */
  readonly overlap: boolean;
}

/** Plans a roll for those who asked, who all mean the same slots. A surge in percent is of all slots, and rounded up. */
export const rollPlan = (
  maxSurge: number | `${number}%`,
  census: ClusterState,
  number: number,
  asked: readonly Asked[],
): RollPlan => {
  const surge = typeof maxSurge === 'number' ? maxSurge : Math.ceil((census.size * Number.parseFloat(maxSurge)) / 100);
  const requests = asked.map(({ request }) => request);
  const slots = asked.some((one) => isDue(one, census)) ? (asked[0]?.slot ?? 'all') : 'none';
  return { roll: number, requests, slots, surge, overlap: surge > 0 };
};

type Asked = Pick<EventOf<CoreEvent, 'restart'>, 'request' | 'slot' | 'worker'>;

/** A slot that has been closed meanwhile needs no replacement, nor does a worker that goes or has gone. */
const isDue = ({ slot, worker }: Asked, { slots, size }: ClusterState): boolean => {
  if (slot !== undefined && slot > size) return false;
  return worker === undefined || slots.get(worker.slot)?.workers.get(worker.id)?.leaving === false;
};

/**
 * One rolling restart, of all slots or of one: looks at each census and says which slot is to be replaced next, until all have been
 * and the old workers are gone, one has failed, or a shutdown came first. The first slot is the canary. A slot that has been
 * closed meanwhile is skipped, one that has been opened is not rolled. It holds no state of its own; the census has it.
 *
 * ```
 * census        c-----1-----2-----3
 * replaced         -     1    1,2
 * result        (b1)--2-----3-----(e|)       b: restart-begin  1, 2, 3: replace-begin  e: restart-end
 *
 * census        c-----f                      slot 1 has failed
 * result        (b1)--(am|)                  a: restart-abort  m: mixed
 * ```
 */
export const roll =
  (plan: RollPlan) =>
  (census$: Observable<ClusterState>): Observable<EventDraft> =>
    census$.pipe(
      map((census) => [next(plan, census), census] as const),
      filter(([step]) => step !== 'wait'),
      distinct(([step]) => step),
      takeWhile(([step]) => !isOutcome(step), true),
      mergeMap(([step, census]) => carryOut(plan, census, step)),
    );

type Outcome = RestartResult['outcome'];
/** A number is the slot to be replaced. */
type Step = 'begin' | 'wait' | number | Outcome;

const isOutcome = (step: Step): step is Outcome => step === 'done' || step === 'aborted' || step === 'cancelled';

const next = (plan: RollPlan, census: ClusterState): Step => {
  if (census.stop !== undefined) return 'cancelled';
  if (census.roll?.roll !== plan.roll) return 'begin';
  const { lastBegun, lastSlot, replaced, inProgress, outgoing, failed } = census.roll;
  if (failed !== undefined) return 'aborted';
  const slot = lastBegun + 1;
  if (slot > lastSlot) return inProgress.size === 0 && outgoing.size === 0 ? 'done' : 'wait';
  const alone = replaced.size === 0 || !plan.overlap;
  if (alone && inProgress.size > 0) return 'wait';
  return fits(plan, census, slot) ? slot : 'wait';
};

const carryOut = (plan: RollPlan, census: ClusterState, step: Step): readonly EventDraft[] => {
  const { roll, requests, overlap, slots } = plan;
  if (step === 'wait') return [];
  if (step === 'begin') {
    const one = typeof slots === 'number' && { slot: slots };
    return [{ type: 'restart-begin', roll, requests, slots: listed(plan, census.size), ...one }];
  }
  if (isOutcome(step)) return conclude(plan, census, step);
  return [{ type: 'replace-begin', roll, slot: step, overlap }];
};

/** Whether there is room for one more in the slot. Without overlap its worker, or the one to come, makes room for it. */
const fits = (
  { surge, overlap }: RollPlan,
  { size, processes, pendingForks, slots }: ClusterState,
  slot: number,
): boolean => {
  const seat = slots.get(slot);
  const own = overlap ? seat?.pendingFork === true : seat?.vacant === false;
  return processes + pendingForks - Number(own) < size + surge;
};

/** Those that are to be replaced, of so many that there are. */
const listed = ({ slots }: RollPlan, size: number): readonly number[] => {
  if (slots === 'none') return [];
  return range(size).filter((slot) => slots === 'all' || slot === slots);
};

const range = (length: number): readonly number[] => Array.from({ length }, (_, index) => index + 1);

const conclude = (plan: RollPlan, census: ClusterState, outcome: Outcome): readonly EventDraft[] => {
  const { roll, requests } = plan;
  const { replaced: done, lastSlot } =
    census.roll?.roll === roll ? census.roll : { replaced: new Set<number>(), lastSlot: census.size };
  const slots = {
    replaced: [...done].toSorted((one, other) => one - other),
    kept: listed(plan, lastSlot).filter((slot) => !done.has(slot)),
  };
  const result: RestartResult =
    outcome === 'done'
      ? { outcome, ...slots }
      : { outcome, ...slots, cause: outcome === 'aborted' ? blame(census) : { why: census.stop?.why ?? '' } };
  if (result.outcome !== 'aborted') return [{ type: 'restart-end', roll, requests, result }];
  return [
    { type: 'restart-abort', roll, requests, result },
    { type: 'mixed', roll, slots: generations(census, done) },
  ];
};

const blame = ({ roll }: ClusterState): RestartCause => {
  const { why = '', worker, exit } = roll?.failed ?? {};
  return { why, ...(worker && { worker }), ...(exit && { exit }) };
};

const generations = ({ slots }: ClusterState, replaced: ReadonlySet<number>) =>
  [...slots.values()]
    .filter(({ open }) => open)
    .map(({ slot, workers }) => {
      const generation = Math.max(
        0,
        ...[...workers.values()].filter((sitter) => !sitter.leaving).map((sitter) => sitter.worker.generation),
      );
      return { slot, generation, replaced: replaced.has(slot) };
    });
