import {
  connect,
  defer,
  endWith,
  filter,
  ignoreElements,
  merge,
  mergeMap,
  type MonoTypeOperatorFunction,
  type Observable,
  switchMap,
  take,
  takeUntil,
  tap,
} from 'rxjs';
import type { ProcessEvent } from '../../host/host.js';
import { is } from '../../operators/events/is.js';

/** Somebody leads from now on. */
interface Begin {
  readonly worker: { readonly id: number };
}

/**
 * The time in which a process leads: it is told when its term begins, and the term ends when it has answered that it leads no longer,
 * when its channel has closed, or with its exit, whichever is first.
 *
 * ```
 * begin$         ---b-------------
 * source         fo--------d--x|         d: its channel closes
 * term(begin$)   fo--------(nd)x|        told at b; n: resigned
 * ```
 *
 * Emits one `resigned` for a term, before what ended it (an exit is always the last), and none where there was no term.
 * A process has one term at most: none of what ends it can be undone.
 */
export const withLeadership =
  (begin$: Observable<Begin>): MonoTypeOperatorFunction<ProcessEvent> =>
  (source$) =>
    defer(() => {
      let leads = false;

      const told = (event: ProcessEvent): readonly ProcessEvent[] => {
        const why = endOfTerm(event);
        const ends = leads && why !== undefined;
        if (ends) leads = false;
        const end: readonly ProcessEvent[] = ends ? [{ type: 'resigned', why }] : [];
        return event.type === 'resigned' ? end : [...end, event];
      };

      return source$.pipe(
        connect((process$) => {
          const begun$ = process$.pipe(
            filter(is('fork')),
            switchMap(({ process }) =>
              begin$.pipe(
                filter(({ worker }) => worker.id === process.id),
                take(1),
                tap(() => {
                  // First, for the answer may come at once.
                  leads = true;
                  process.lead();
                }),
              ),
            ),
            ignoreElements(),
            takeUntil(process$.pipe(ignoreElements(), endWith('gone'))),
          );
          return merge(begun$, process$.pipe(mergeMap(told)));
        }),
      );
    });

const endOfTerm = (event: ProcessEvent): string | undefined => {
  switch (event.type) {
    case 'resigned':
      return event.why;
    case 'disconnect':
      return 'its channel has closed';
    case 'exit':
      return 'its process has ended';
    default:
      return undefined;
  }
};
