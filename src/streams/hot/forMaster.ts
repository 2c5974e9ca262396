import { defer, type Observable } from 'rxjs';
import { warnInWorker } from '../../host/processRole.js';

/** A stream of the master, which warns when it is subscribed in a worker, where it never emits. */
export const forMaster = <T>(name: string, source$: Observable<T>): Observable<T> =>
  defer(() => {
    warnInWorker(name);
    return source$;
  });
