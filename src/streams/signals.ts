import { filter, map, type Observable } from 'rxjs';
import type { SignalAction } from '../events.js';
import { is } from '../operators/is.js';
import { forMaster } from '../operators/forMaster.js';
import { Watched } from '../operators/watched.js';
import { report, told$ } from '../running.js';

/** A signal that a running cluster handled, and what it took it for. */
export interface Handled {
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
export const signals$: Observable<Handled> = new Watched(
  forMaster(
    'signals$',
    told$.pipe(
      filter(is('signal')),
      map(({ signal, action, cluster }): Handled => ({ signal, action, cluster })),
    ),
  ),
  report('a subscriber of signals$'),
);
