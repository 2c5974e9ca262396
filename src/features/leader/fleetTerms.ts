import { defer, EMPTY, filter, ignoreElements, map, merge, type Observable, of, switchMap, take, tap } from 'rxjs';
import { after } from '../../operators/general/after.js';
import type { FeatureCommand, WorkerRef } from '../../vocabulary/events.js';
import type { EpicContext } from '../contract/feature.js';
import type { GrantResult, LeaderCommand } from './commands.js';
import type { LeaderDraft } from './events.js';
import type { TermFrame } from './frames.js';
import { candidate, missedEnds$ } from './leadership.js';
import type { LeaderState } from './state.js';

type Needed = Pick<
  EpicContext<object, LeaderDraft, LeaderState>,
  'commands$' | 'on' | 'state$' | 'slice' | 'tell' | 'host'
>;

/**
 * Appoints the leader of a fleet: nobody until a term is granted from outside, then one worker for each token, for as long as the term is renewed.
 *
 * ```
 * commands$   -g--g----------g'--------     g: a term, and renewed   g': with a higher token
 * worker 1    r------------------------
 * result      -b--------e----b---------     b: leader-begin   e: leader-end, when the time of the term is over
 * ```
 *
 * The worker counts the time of its term itself, so it also ends when this master does not run. A worker that is lost ends the term: the token is not used for another one. Never completes.
 */
export const fleetTerms$ = ({ commands$, on, state$, slice, tell, host }: Needed): Observable<LeaderDraft> =>
  defer(() => {
    /** The last term that was granted. */
    let token = 0;
    let until = 0;
    let phase: 'granted' | 'given' | 'withdrawn' = 'withdrawn';

    const tellTerm = (worker: WorkerRef) =>
      tell(worker, { leads: true, token, until, validFor: until - host.now() } satisfies TermFrame);

    const carryOut = (command: LeaderCommand): GrantResult => {
      const { leader } = slice;
      if (command.asked === 'withdraw') {
        phase = 'withdrawn';
        if (leader !== undefined) tell(leader, { leads: false });
        return { outcome: 'accepted' };
      }
      if (command.token < token || (command.token === token && phase === 'withdrawn'))
        return { outcome: 'refused', why: `the term with the token ${command.token} has ended` };
      if (command.token > token) {
        phase = 'granted';
        until = 0;
      }
      // The leader of an earlier term: another one follows when it has confirmed that it no longer leads.
      if (leader !== undefined && slice.token !== command.token) tell(leader, { leads: false });
      ({ token } = command);
      until = Math.max(until, host.now() + command.validFor);
      if (leader !== undefined && slice.token === token) tellTerm(leader);
      return { outcome: 'accepted' };
    };
    const answer = ({ command, reply }: FeatureCommand) => {
      // `grantLeadership()` and `withdrawLeadership()` alone send commands with the name of this feature.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      const result = carryOut(command as LeaderCommand);
      reply?.(result);
    };

    const appointed = (): Observable<LeaderDraft> =>
      state$.pipe(
        take(1),
        filter(() => phase === 'granted' && slice.leader === undefined && until > host.now()),
        map((state) => candidate(state, slice)),
        filter((worker) => worker !== undefined),
        tap(() => (phase = 'given')),
        map((worker) => ({ type: 'leader-begin', worker, token })),
      );
    const ended = (worker: WorkerRef, why: string): Observable<LeaderDraft> =>
      of({ type: 'leader-end', worker, why, ...(slice.token !== undefined && { token: slice.token }) });
    const expired = (): Observable<LeaderDraft> => {
      const { leader } = slice;
      if (leader === undefined) return EMPTY;
      return after(Math.max(0, until - host.now())).pipe(
        tap(() => {
          phase = 'withdrawn';
          tell(leader, { leads: false });
        }),
        switchMap(() => ended(leader, 'its term was not renewed')),
      );
    };
    const begun = (worker: WorkerRef): Observable<LeaderDraft> => {
      if (phase === 'withdrawn') return ended(worker, 'its term was withdrawn');
      tellTerm(worker);
      return EMPTY;
    };

    const commanded$ = commands$.pipe(tap(answer));
    const begun$ = on('leader-begin').pipe(
      switchMap(({ worker }) => (slice.leader?.id === worker.id ? begun(worker) : EMPTY)),
    );
    const ended$ = on('leader-end').pipe(
      tap((event) => {
        if (event.token === token) phase = 'withdrawn';
      }),
    );
    return merge(
      begun$,
      merge(commanded$, on('leader-begin'), ended$, on('ready')).pipe(switchMap(() => merge(appointed(), expired()))),
      missedEnds$({ on, state$, slice }),
    );
  });

/** Without `leader: 'fleet'` no term is granted. */
export const refusedTerms$ = ({ commands$ }: Pick<Needed, 'commands$'>): Observable<never> =>
  commands$.pipe(
    tap(({ reply }) =>
      reply?.({
        outcome: 'refused',
        why: "the cluster does not have the option leader: 'fleet'",
      } satisfies GrantResult),
    ),
    ignoreElements(),
  );
