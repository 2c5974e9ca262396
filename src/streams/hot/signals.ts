import { filter, map, type Observable } from 'rxjs';
import type { SignalAction } from '../../vocabulary/events.js';
import { hasType } from '../../operators/events/hasType.js';
import { forMaster } from './forMaster.js';
import { GuardedObservable } from '../../operators/general/guardedObservable.js';
import { reportError, allEvents$ } from '../../registry/runningClusters.js';

/** A signal that a running cluster handled, and what it took it for. */
export interface HandledSignal {
  readonly signal: string;
  readonly action: SignalAction;
  /** The name of the cluster that handled it. Each of several handles it for itself. */
  readonly cluster: string;
}

/**
 * The signals that running clusters handle. It installs no handler of its own. Hot: it never completes and never errors.
 *
 * @example
 * signals$.subscribe(({ signal, action }) => console.log(`${signal}: ${action}`));
 */
export const signals$: Observable<HandledSignal> = new GuardedObservable(
  forMaster(
    'signals$',
    allEvents$.pipe(
      filter(hasType('signal')),
      map(({ signal, action, cluster }): HandledSignal => ({ signal, action, cluster })),
    ),
  ),
  reportError('a subscriber of signals$'),
);
