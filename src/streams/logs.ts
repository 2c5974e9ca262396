import type { Observable } from 'rxjs';
import { forMaster } from '../operators/forMaster.js';
import { Watched } from '../operators/watched.js';
import type { LogRecord } from '../records.js';
import { report, written$ } from '../running.js';

/**
 * What the workers write, line by line: pino's records and whatever else they print, from when it is subscribed. As long as nobody subscribes no line is parsed.
 * With `log: false` workers write for themselves, and nothing comes. Hot: it never completes and never errors, and what a subscriber throws becomes an `error` event.
 *
 * @example
 * logs$.pipe(filter(atLeast('warn'))).subscribe(({ worker, msg }) => console.log(worker.slot, msg));
 */
export const logs$: Observable<LogRecord> = new Watched(forMaster('logs$', written$), report('a subscriber of logs$'));
