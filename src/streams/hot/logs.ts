import type { Observable } from 'rxjs';
import { forMaster } from './forMaster.js';
import { GuardedObservable } from '../../operators/general/guardedObservable.js';
import type { LogRecord } from '../../vocabulary/logRecord.js';
import { reportError, logRecords$ } from '../../registry/runningClusters.js';

/**
 * What the workers write, line by line: pino's records and whatever else they print, from when it is subscribed. As long as nobody subscribes no line is parsed.
 * With `log: false` workers write for themselves, and nothing comes. Hot: it never completes and never errors, and what a subscriber throws becomes an `error` event.
 *
 * @example
 * logs$.pipe(filter(atLeast('warn'))).subscribe(({ worker, msg }) => console.log(worker.slot, msg));
 */
export const logs$: Observable<LogRecord> = new GuardedObservable(
  forMaster('logs$', logRecords$),
  reportError('a subscriber of logs$'),
);
