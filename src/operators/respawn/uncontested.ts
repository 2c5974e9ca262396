import { NEVER, type Observable, of, switchMap, take } from 'rxjs';
import { after } from '../general/after.js';

/**
 * Emits once, when no handover of the slot is undecided, and completes. If it had to wait, it emits in a later task: when several slots become free
 * at the same time, each one sees the events of those before it.
 *
 * ```
 * contested$    F---------      at once
 * result        (0|)
 *
 * contested$    T---F--T--F-
 * result        ----(0|)
 * ```
 */
export const uncontested = (contested$: Observable<boolean>): Observable<0> =>
  contested$.pipe(
    switchMap((contested, index) => (contested ? NEVER : index === 0 ? of<0>(0) : after(0))),
    take(1),
  );
