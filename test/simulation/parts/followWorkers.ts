import { merge, NEVER, Subject, concat, type Observable, take, takeUntil, ignoreElements } from 'rxjs';
import { followWorkers } from '../../../src/operators/messages/followWorkers.js';
import { type Slot, workers$ } from '../../../src/streams/hot/workers.js';
import { at } from '../crew.js';
import type { Invariant } from '../feature.js';
import { replay } from './replay.js';

/** The stream of every third worker ends by itself when it becomes stable; all others end when their worker has left. */
const endsByItself = (id: number): boolean => id % 3 === 0;

/**
 * A stream of each worker is subscribed once, in the moment in which the worker is ready. All ends when the streams of all workers that stay have ended by themselves, and not before.
 */
export const followed: Invariant = (history) =>
  replay(history, ({ steps }) => {
    const ends = new Map<number, { readonly left$: Subject<void>; readonly done$: Subject<void> }>();
    const followedIds: number[] = [];
    const done = new Set<number>();
    const exited = new Set<number>();
    let ending = false;
    let slots: readonly Slot[] = [];
    let completed = false;
    const project = ({ id }: { readonly id: number }, left$: Observable<never>): Observable<never> => {
      followedIds.push(id);
      const end = { left$: new Subject<void>(), done$: new Subject<void>() };
      ends.set(id, end);
      const leaves$ = concat(end.left$.pipe(take(1), ignoreElements()), left$);
      return merge(leaves$, NEVER.pipe(takeUntil(end.left$))).pipe(takeUntil(end.done$));
    };
    const watching = workers$.subscribe((now) => (slots = now));
    const following = workers$.pipe(followWorkers(project)).subscribe({ complete: () => (completed = true) });
    try {
      for (const [event] of steps) {
        if (completed) return undefined;
        const ready = ending
          ? []
          : slots.flatMap(({ workers }) => workers.filter((worker) => worker.ready && !worker.leaving));
        const missing = ready.find(({ id }) => !followedIds.includes(id));
        if (missing !== undefined) return `worker ${missing.id} is ready and not followed ${at(event)}`;
        if (new Set(followedIds).size < followedIds.length) return `${followedIds.join()} are followed ${at(event)}`;
        const early = followedIds.find((id) => event.type === 'fork' && event.worker.id === id);
        if (early !== undefined) return `worker ${early} is followed before it is ready ${at(event)}`;
        if (event.type === 'exit') {
          exited.add(event.worker.id);
          ends.get(event.worker.id)?.left$.next();
        }
        if (event.type === 'stable' && endsByItself(event.worker.id) && ends.has(event.worker.id)) {
          done.add(event.worker.id);
          ends.get(event.worker.id)?.done$.next();
        }
        ending ||= slots.length > 0 && slots.every((slot) => isOver(slot, done));
        const over = ending && followedIds.every((id) => done.has(id) || exited.has(id));
        if (completed !== over) return `it has ${completed ? '' : 'not '}ended, expected ${String(over)}, ${at(event)}`;
      }
      return undefined;
    } finally {
      watching.unsubscribe();
      following.unsubscribe();
    }
  });

const isOver = ({ vacant, workers }: Slot, done: ReadonlySet<number>): boolean => {
  const staying = workers.filter(({ leaving }) => !leaving);
  return staying.length === 0 ? vacant : staying.every(({ id }) => done.has(id));
};
