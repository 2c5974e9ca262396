import { filter, map, type Observable } from 'rxjs';
import type { SignalAction } from '../../vocabulary/events.js';
import { hasType } from '../../operators/events/hasType.js';
import { forMaster } from './forMaster.js';
import { GuardedObservable } from '../../operators/general/guardedObservable.js';
import { reportError, allEvents$ } from '../../registry/runningClusters.js';

/** A signal that a running cluster handled, and what the cluster did. */
export interface HandledSignal {
  readonly signal: string;
  readonly action: SignalAction;
  /** The name of the cluster that handled it. With several clusters, each emits its own. */
  readonly cluster: string;
}

/**
 * The signals that running clusters handle. It installs no signal handler itself. Hot: it never completes and never errors.
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
