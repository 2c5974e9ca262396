import { NEVER, type Observable, of, switchMap, take } from 'rxjs';
import { after } from '../general/after.js';

/**
 * Emits once, when nobody contests the seat, and completes. If that had to be waited for it is in a moment of its own:
 * where several seats are decided at once, each that follows sees what the ones before it have made of it.
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
