import { BehaviorSubject, Observable, Subject } from 'rxjs';
import type { EventOf } from '../../vocabulary/events.js';
import { relay } from './relay.js';

type Typed = { readonly type: string };

/** The output of a loop as its body sees it. Hot; completes when the loop is unsubscribed, before the body is. */
export interface Feedback<E extends Typed, S> {
  /** The events of one type. Other events cost nothing. */
  readonly on: <T extends E['type']>(type: T) => Observable<EventOf<E, T>>;
  /** The state after all events so far; emits the latest on subscription. */
  readonly state$: Observable<S>;
}

/** The state as it is now, for whoever looks at it in the moment of an event. */
export interface Current<S> {
  readonly state: S;
}

/** Emits directly into the loop. */
export interface Emit<D> {
  /**
   * Emits a draft as if the body had emitted it. For values that are emitted often from deep inside, which then need not pass through all operators in between.
   * Its order relative to what the body emits is kept, unless an operator delays that.
   */
  readonly emit: (draft: D) => void;
}

export interface Memory<D, E extends D & Typed, S> {
  /** Turns a draft into an event. */
  readonly stamp: (draft: D) => E;
  readonly state: S;
  /** Reduces an event into the state; `false` if the state did not change. */
  readonly fold: (event: E) => boolean;
}

/**
 * Feeds a stream back into itself: what `body` emits is stamped, reduced into a state and fed back,
 * before the subscriber gets it. Events are delivered one after the other, in the order in which they
 * were emitted. One that is emitted while another is being delivered is queued, so that all subscribers
 * see the same order.
 *
 * ```
 * body     on('a') => map to b
 * inside   a-------a---
 * result   (ab)----(ab)
 * ```
 *
 * `H` are the events that the body listens to, by default all.
 *
 * Completes and errors with the body, after everything emitted before has been delivered. Errors at once with what `stamp` or `fold` throws.
 */
export const loop = <D, E extends D & Typed, S, H extends E = E>(
  createMemory: () => Memory<D, E, S>,
  body: (feedback: Feedback<H, S> & Current<S> & Emit<D>) => Observable<D>,
): Observable<E> =>
  new Observable<E>((subscriber) => {
    const { stamp, state, fold } = createMemory();
    const state$ = new BehaviorSubject(state);
    const subjects = new Map<string, Subject<E>>();
    const queue: (() => void)[] = [];
    let delivering = false;

    const enqueue = <A>(deliver: (what: A) => void, what: A) => {
      if (delivering) {
        queue.push(() => deliver(what));
        return;
      }
      delivering = true;
      try {
        // Usually the queue is empty.
        if (!subscriber.closed) deliver(what);
        for (let next = queue.shift(); next !== undefined && !subscriber.closed; next = queue.shift()) next();
      } catch (thrown) {
        subscriber.error(thrown);
      }
      delivering = false;
    };

    const on = <T extends H['type']>(type: T) => {
      const existing = subjects.get(type);
      const subject = existing ?? new Subject<E>();
      if (existing === undefined) subjects.set(type, subject);
      if (subscriber.closed) subject.complete();
      // Only events of this type reach the subject; the compiler cannot see that through a Map.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return subject.asObservable() as Observable<EventOf<H, T>>;
    };

    // Feedback completes before anything is torn down whose end a waiting stream could react to.
    subscriber.add(() => {
      state$.complete();
      for (const subject of subjects.values()) subject.complete();
    });

    const deliver = (draft: D) => {
      const event = stamp(draft);
      if (fold(event)) state$.next(state);
      subjects.get(event.type)?.next(event);
      subscriber.next(event);
    };
    const emit = (draft: D) => enqueue(deliver, draft);

    const ends = {
      error: (error: unknown) => enqueue((reason) => subscriber.error(reason), error),
      complete: () => enqueue(() => subscriber.complete(), undefined),
    };
    return body({ on, state$: state$.asObservable(), state, emit }).subscribe(relay(subscriber, emit, ends));
  });
