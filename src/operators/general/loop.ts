import { BehaviorSubject, Observable, Subject } from 'rxjs';
import type { EventOf } from '../../vocabulary/events.js';
import { relay } from './relay.js';

type Typed = { readonly type: string };

/** What the body of a loop hears of its own output. Hot; completes when the loop is unsubscribed, and before the body is. */
export interface Feedback<E extends Typed, S> {
  /** The events of one type. Costs nothing for the others. */
  readonly on: <T extends E['type']>(type: T) => Observable<EventOf<E, T>>;
  /** What the events so far add up to; the latest on subscription. */
  readonly state$: Observable<S>;
}

/** The state as it is now, for whoever looks at it in the moment of an event. */
export interface Current<S> {
  readonly state: S;
}

/** The short way to be heard. */
export interface Emit<D> {
  /**
   * Says something now, as if the body had emitted it. For what is said often from deep inside: nothing on the way is to pass it on.
   * It keeps its place among what comes the long way, as long as that is not held up.
   */
  readonly emit: (draft: D) => void;
}

export interface Memory<D, E extends D & Typed, S> {
  /** Makes an event of a draft. */
  readonly stamp: (draft: D) => E;
  readonly state: S;
  /** Takes an event into the state; false if it left the state as it was. */
  readonly fold: (event: E) => boolean;
}

/**
 * Lets a stream hear itself: what `body` emits is stamped, folded into a state and fed back,
 * before the subscriber gets it. Events are delivered one after the other, in the order in which they
 * were emitted: one emitted while another is being delivered waits its turn, so everybody
 * sees the same history.
 *
 * ```
 * body     on('a') => map to b
 * inside   a-------a---
 * result   (ab)----(ab)
 * ```
 *
 * Completes and errors with the body, after everything emitted before has been delivered. Errors at once with what `stamp` or `fold` throws.
 */
export const loop = <D, E extends D & Typed, S>(
  remember: () => Memory<D, E, S>,
  body: (feedback: Feedback<E, S> & Current<S> & Emit<D>) => Observable<D>,
): Observable<E> =>
  new Observable<E>((subscriber) => {
    const { stamp, state, fold } = remember();
    const state$ = new BehaviorSubject(state);
    const heard = new Map<string, Subject<E>>();
    const queue: (() => void)[] = [];
    let delivering = false;

    const inTurn = <A>(deliver: (what: A) => void, what: A) => {
      if (delivering) {
        queue.push(() => deliver(what));
        return;
      }
      delivering = true;
      try {
        // Most have nobody before them.
        if (!subscriber.closed) deliver(what);
        for (let next = queue.shift(); next !== undefined && !subscriber.closed; next = queue.shift()) next();
      } catch (thrown) {
        subscriber.error(thrown);
      }
      delivering = false;
    };

    const on = <T extends E['type']>(type: T) => {
      const known = heard.get(type);
      const subject = known ?? new Subject<E>();
      if (known === undefined) heard.set(type, subject);
      if (subscriber.closed) subject.complete();
      // Only events of this type reach the subject; the compiler cannot see that through a Map.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return subject.asObservable() as Observable<EventOf<E, T>>;
    };

    // Who waits hears that nothing more will come, before anything is torn down that it could take for its turn.
    subscriber.add(() => {
      state$.complete();
      for (const subject of heard.values()) subject.complete();
    });

    const deliver = (draft: D) => {
      const event = stamp(draft);
      if (fold(event)) state$.next(state);
      heard.get(event.type)?.next(event);
      subscriber.next(event);
    };
    const emit = (draft: D) => inTurn(deliver, draft);

    const ends = {
      error: (error: unknown) => inTurn((reason) => subscriber.error(reason), error),
      complete: () => inTurn(() => subscriber.complete(), undefined),
    };
    return body({ on, state$: state$.asObservable(), state, emit }).subscribe(relay(subscriber, emit, ends));
  });
