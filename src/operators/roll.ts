import { distinct, filter, map, mergeMap, type Observable, takeWhile } from 'rxjs';
import type { Draft, RestartCause, RestartResult } from '../events.js';
import type { Census } from './census.js';

export interface RollPlan {
  readonly roll: number;
  /** Who asked for it. */
  readonly requests: readonly string[];
  /** The slots to be replaced; the first is the canary. */
  readonly slots: readonly number[];
  /** Processes there may be: a roll forks while there are fewer. */
  readonly room: number;
  /** False with no surge: the old worker goes before the new one comes, one slot at a time. */
  readonly overlap: boolean;
}

/** Plans a roll of all slots for those who asked. A surge in percent is rounded up. */
export const rollPlan = (
  { worker, maxSurge }: { readonly worker: number; readonly maxSurge: number | `${number}%` },
  number: number,
  asked: readonly { readonly request: string }[],
): RollPlan => {
  const surge = typeof maxSurge === 'number' ? maxSurge : Math.ceil((worker * Number.parseFloat(maxSurge)) / 100);
  return {
    roll: number,
    requests: asked.map(({ request }) => request),
    slots: Array.from({ length: worker }, (_, index) => index + 1),
    room: worker + surge,
    overlap: surge > 0,
  };
};

/**
 * One rolling restart: looks at each census and says which slot is to be replaced next, until all have been
 * and the old workers are gone, one has failed, or a shutdown came first. It holds no state of its own; the census has it.
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
  (census$: Observable<Census>): Observable<Draft> =>
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

const next = (plan: RollPlan, census: Census): Step => {
  if (census.stop !== undefined) return 'cancelled';
  if (census.roll?.roll !== plan.roll) return 'begin';
  const { replaced, underWay, outgoing, failed } = census.roll;
  if (failed !== undefined) return 'aborted';
  const slot = plan.slots[replaced.size + underWay.size];
  if (slot === undefined) return underWay.size === 0 && outgoing.size === 0 ? 'done' : 'wait';
  const alone = replaced.size === 0 || !plan.overlap;
  if (alone && underWay.size > 0) return 'wait';
  return !plan.overlap || fits(plan, census, slot) ? slot : 'wait';
};

const carryOut = (plan: RollPlan, census: Census, step: Step): readonly Draft[] => {
  const { roll, requests, slots, overlap } = plan;
  if (step === 'wait') return [];
  if (step === 'begin') return [{ type: 'restart-begin', roll, requests, slots }];
  if (isOutcome(step)) return conclude(plan, census, step);
  return [{ type: 'replace-begin', roll, slot: step, overlap }];
};

const fits = ({ room }: RollPlan, { processes, owed, seats }: Census, slot: number): boolean =>
  processes + owed - Number(seats.get(slot)?.owed ?? false) < room;

const conclude = ({ roll, requests, slots }: RollPlan, census: Census, outcome: Outcome): readonly Draft[] => {
  const done = census.roll?.roll === roll ? census.roll.replaced : new Set<number>();
  const cause = outcome === 'aborted' ? blame(census) : { why: census.stop?.why ?? '' };
  const result: RestartResult = {
    outcome,
    replaced: slots.filter((slot) => done.has(slot)),
    kept: slots.filter((slot) => !done.has(slot)),
    ...(outcome !== 'done' && { cause }),
  };
  if (outcome !== 'aborted') return [{ type: 'restart-end', roll, requests, result }];
  return [
    { type: 'restart-abort', roll, requests, result },
    { type: 'mixed', roll, slots: generations(census, done) },
  ];
};

const blame = ({ roll }: Census): RestartCause => {
  const { why = '', worker, exit } = roll?.failed ?? {};
  return { why, ...(worker && { worker }), ...(exit && { exit }) };
};

const generations = ({ seats }: Census, replaced: ReadonlySet<number>) =>
  [...seats.values()].map(({ slot, sitters }) => {
    const generation = Math.max(
      0,
      ...[...sitters.values()].filter((sitter) => !sitter.leaving).map((sitter) => sitter.worker.generation),
    );
    return { slot, generation, replaced: replaced.has(slot) };
  });
