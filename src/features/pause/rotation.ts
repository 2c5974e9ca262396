import {
  concatMap,
  defer,
  distinctUntilChanged,
  EMPTY,
  filter,
  finalize,
  from,
  ignoreElements,
  map,
  merge,
  mergeMap,
  type Observable,
  of,
  switchMap,
  take,
  tap,
} from 'rxjs';
import { after } from '../../operators/general/after.js';
import type { ClusterState } from '../../state/clusterState.js';
import type { FeatureCommand, WorkerRef } from '../../vocabulary/events.js';
import { nameOf } from '../../vocabulary/wording.js';
import type { EpicContext } from '../contract/feature.js';
import type { PauseCommand, Result } from './commands.js';
import type { PauseDraft } from './events.js';
import { isTurned, type TurnedFrame, type TurnFrame } from './frames.js';
import type { PauseState } from './state.js';

type Context = EpicContext<object, PauseDraft, PauseState>;
type Needed = Pick<Context, 'commands$' | 'frames$' | 'tell' | 'on' | 'state$' | 'slice'> & {
  readonly options: Pick<Context['options'], 'preload'>;
};

/** How long a worker has to answer, in ms. One that is stopped or blocked does not answer, and others wait for their turn. */
const maxAnswerTime = 5_000;

/**
 * Takes workers out of rotation and puts them back: as commands say, and back also when no worker serves any more.
 *
 * ```
 * commands$   --p------p--r-----       p: pause slot 1, then slot 2   r: resume slot 1
 * tell        --t---------t-----
 * frames$     ----a---------a---
 * result      ----T----n----U---       n: slot 2 has the last ready worker
 * ```
 *
 * One command is carried out after the other, so two of them cannot both leave the last ready worker to the other one.
 * Does not end by itself.
 */
export const rotation$ = (context: Needed): Observable<PauseDraft> => {
  const { commands$, frames$, tell, on, state$, slice, options } = context;
  let asked = 0;
  /** The numbers of the answers that are waited for. */
  const awaited = new Set<number>();

  const ask = (worker: WorkerRef, accept: boolean): Observable<Answer> =>
    defer(() => {
      asked += 1;
      const n = asked;
      awaited.add(n);
      const tell$ = defer(() => {
        tell(worker, { accept, n } satisfies TurnFrame);
        return EMPTY;
      });
      const answer$ = frames$.pipe(
        filter((frame) => frame.worker.id === worker.id),
        map(({ body }) => body),
        filter(isTurned),
        filter((answer) => answer.n === n),
        map((answer): Answer => refusalIn(answer, accept)),
      );
      const late$ = after(maxAnswerTime).pipe(map(() => `it has not answered within ${maxAnswerTime} ms`));
      return merge(answer$, gone$(context, worker), late$, tell$).pipe(
        take(1),
        finalize(() => awaited.delete(n)),
      );
    });

  /** Waits until the event has been delivered, so that the next command is decided by what is so then. */
  const told = (draft: PauseDraft, result: Result, reply: Reply): Observable<PauseDraft> =>
    merge(
      on(draft.type).pipe(
        take(1),
        tap(() => reply?.(result)),
        ignoreElements(),
      ),
      of(draft),
    );
  const refuse = (asked: PauseCommand['asked'], slot: number, why: string, reply: Reply, worker?: WorkerRef) =>
    told(
      { type: 'pause-refused', asked, slot, why },
      { outcome: 'refused', slot, why, ...(worker && { worker }) },
      reply,
    );

  const pause = ({ slot, why }: PauseCommand, reply: Reply, state: ClusterState): Observable<PauseDraft> => {
    const worker = readyWorker(state, slot);
    const problem = options.preload ? whyNotPaused(state, slot, worker) : needsPreload;
    if (worker !== undefined && slice.paused.has(worker.id)) {
      reply?.({ outcome: 'paused', slot, worker } satisfies Result);
      return EMPTY;
    }
    if (problem !== undefined || worker === undefined)
      return refuse('pause', slot, problem ?? noReadyWorker(slot), reply, worker);
    const lost$ = state$.pipe(
      map((now) => (now.stop === undefined ? isLast(now, slot) : 'the cluster shuts down')),
      filter((lost) => lost !== undefined),
    );
    return merge(ask(worker, false), lost$).pipe(
      take(1),
      switchMap((refusal) => {
        if (refusal === undefined)
          return told({ type: 'pause', worker, why, serves: false }, { outcome: 'paused', slot, worker }, reply);
        // What it has been told may yet reach it.
        asked += 1;
        tell(worker, { accept: true, n: asked } satisfies TurnFrame);
        return refuse('pause', slot, refusal, reply, worker);
      }),
    );
  };

  const putBack = (worker: WorkerRef, why: string, reply?: Reply): Observable<PauseDraft> => {
    const { slot } = worker;
    return ask(worker, true).pipe(
      switchMap((refusal) => {
        if (refusal !== undefined) return refuse('resume', slot, refusal, reply, worker);
        const result: Result = { outcome: 'resumed', slot, worker };
        if (slice.paused.has(worker.id)) return told({ type: 'resume', worker, why, serves: true }, result, reply);
        // Its late answer to an earlier question has ended the pause.
        reply?.(result);
        return EMPTY;
      }),
    );
  };

  const resume = ({ slot, why }: PauseCommand, reply: Reply, state: ClusterState): Observable<PauseDraft> => {
    if (!options.preload) return refuse('resume', slot, needsPreload, reply);
    const worker = presentWorkers(state, slot).find(({ id }) => slice.paused.has(id));
    if (worker !== undefined) return putBack(worker, why, reply);
    const other = readyWorker(state, slot) ?? presentWorkers(state, slot)[0];
    if (other === undefined) return refuse('resume', slot, `slot ${slot} has no worker`, reply);
    reply?.({ outcome: 'resumed', slot, worker: other } satisfies Result);
    return EMPTY;
  };

  const carryOut = ({ command, reply }: Order): Observable<PauseDraft> =>
    state$.pipe(
      take(1),
      switchMap((state) => (command.asked === 'pause' ? pause : resume)(command, reply, state)),
    );

  // At once, because one that does not answer is not to hold up the others.
  const putAllBack = (): Observable<PauseDraft> =>
    state$.pipe(
      take(1),
      switchMap((state) => from(needed(state, slice))),
      mergeMap((worker) => putBack(worker, 'no other worker is ready')),
    );

  // A worker that was told to accept connections does so, also when nobody waits for its answer any more.
  const late$ = frames$.pipe(
    filter(({ worker, body }) => isTurned(body) && body.accepts && !awaited.has(body.n) && slice.paused.has(worker.id)),
    map(({ worker }): PauseDraft => ({ type: 'resume', worker, why: 'it has answered late', serves: true })),
  );
  const ordered$ = commands$.pipe(map((order) => () => carryOut(asOrder(order))));
  const needed$ = state$.pipe(
    map((state) => needed(state, slice).length > 0),
    distinctUntilChanged(),
    filter((isNeeded) => isNeeded),
    map(() => putAllBack),
  );
  return merge(late$, merge(ordered$, needed$).pipe(concatMap((act) => act())));
};

/** Why it was not done; `undefined`: it was. */
type Answer = string | undefined;
type Reply = FeatureCommand['reply'];

interface Order {
  readonly command: PauseCommand;
  readonly reply: Reply;
}

// `pause()` and `resume()` alone send commands with the name of this feature.
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const asOrder = ({ command, reply }: FeatureCommand): Order => ({ command: command as PauseCommand, reply });

const needsPreload = 'with `preload: false` nothing in the worker can do it';
const noReadyWorker = (slot: number): string => `slot ${slot} has no ready worker`;

const refusalIn = ({ accepts, why }: TurnedFrame, accept: boolean): Answer =>
  accepts === accept ? undefined : (why ?? `it ${accepts ? 'accepts' : 'does not accept'} connections`);

/** It leaves, or is gone. */
const gone$ = ({ on }: Pick<Needed, 'on'>, worker: WorkerRef): Observable<string> =>
  merge(on('exit'), on('leaving'), on('retire'), on('kill'), on('disconnect')).pipe(
    filter((event) => event.worker.id === worker.id),
    map(({ type }) => `${nameOf(worker)} ${type === 'exit' ? 'has ended' : 'leaves'}`),
  );

/** The workers of a slot that have not been asked to leave. */
const presentWorkers = ({ slots }: ClusterState, slot: number): readonly WorkerRef[] =>
  [...(slots.get(slot)?.workers.values() ?? [])].filter(({ leaving }) => !leaving).map(({ worker }) => worker);

const readyWorker = ({ slots }: ClusterState, slot: number): WorkerRef | undefined =>
  [...(slots.get(slot)?.workers.values() ?? [])].find(({ ready, leaving }) => ready && !leaving)?.worker;

const whyNotPaused = (state: ClusterState, slot: number, worker: WorkerRef | undefined): string | undefined => {
  if (state.stop !== undefined) return 'the cluster shuts down';
  const slotState = state.slots.get(slot);
  if (slotState === undefined || !slotState.open) return `there is no slot ${slot}`;
  if (slotState.contested) return `slot ${slot} is getting a new worker`;
  return worker === undefined ? noReadyWorker(slot) : isLast(state, slot);
};

const isLast = ({ slots, serving }: ClusterState, slot: number): string | undefined =>
  serving - Number((slots.get(slot)?.ready ?? 0) > 0) > 0 ? undefined : `slot ${slot} has the last ready worker`;

/** The paused workers, if nobody serves. */
const needed = (state: ClusterState, { paused }: PauseState): readonly WorkerRef[] => {
  if (state.serving > 0 || state.stop !== undefined || paused.size === 0) return [];
  return [...paused.values()].filter(({ id, slot }) => state.slots.get(slot)?.workers.get(id)?.leaving === false);
};
