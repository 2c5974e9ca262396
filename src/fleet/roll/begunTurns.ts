import { type Observable, ReplaySubject, Subscription } from 'rxjs';
import type { HostOutcome, Turn } from './hostStep.js';

/** The turns that a master has begun and not reported yet, one for each service. */
export interface BegunTurns {
  /** Subscribes to the restart, and returns how it ends: at once for whoever asks later. */
  readonly begin: (service: string, turn: Turn, restart$: Observable<HostOutcome>) => Observable<HostOutcome>;
  /** How this turn ends, if it has begun here. */
  readonly outcomeOf: (service: string, turn: Turn) => Observable<HostOutcome> | undefined;
  readonly forget: (service: string) => void;
  /** Unsubscribes from all restarts. */
  readonly end: () => void;
}

/** They outlast the agent of the host: what the store refuses ends the agent for a moment, and no restart of workers. */
export const begunTurns = (): BegunTurns => {
  const begun = new Map<string, { readonly turn: Turn; readonly outcome$: Observable<HostOutcome> }>();
  const restarts = new Subscription();
  return {
    begin: (service, turn, restart$) => {
      const outcome$ = new ReplaySubject<HostOutcome>(1);
      begun.set(service, { turn, outcome$ });
      restarts.add(restart$.subscribe(outcome$));
      return outcome$;
    },
    outcomeOf: (service, { roll, attempt }) => {
      const known = begun.get(service);
      return known?.turn.roll === roll && known.turn.attempt === attempt ? known.outcome$ : undefined;
    },
    forget: (service) => void begun.delete(service),
    end: () => restarts.unsubscribe(),
  };
};
