import type { Observable } from 'rxjs';
import { forMaster } from './forMaster.js';
import { GuardedObservable } from '../../operators/general/guardedObservable.js';
import type { LogRecord } from '../../vocabulary/logRecord.js';
import { reportError, logRecords$ } from '../../registry/runningClusters.js';

/**
 * The lines that workers write from the subscription on: pino's records and anything else they print. Lines are parsed only while there is a subscriber.
 * With `log: false` it emits nothing. Hot: it never completes and never errors. If a subscriber throws, that becomes an `error` event.
 *
 * @example
 * logs$.pipe(filter(atLeast('warn'))).subscribe(({ worker, msg }) => console.log(worker.slot, msg));
 */
export const logs$: Observable<LogRecord> = new GuardedObservable(
  forMaster('logs$', logRecords$),
  reportError('a subscriber of logs$'),
);
