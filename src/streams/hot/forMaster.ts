import { defer, type Observable } from 'rxjs';
import { warnInWorker } from '../../host/processRole.js';

/** Warns when a stream of the master is subscribed in a worker, where it never emits. */
export const forMaster = <T>(name: string, source$: Observable<T>): Observable<T> =>
  defer(() => {
    warnInWorker(name);
    return source$;
  });
