import { type Observer, Subscriber } from 'rxjs';

/** Replaces passing on the end of a source. */
type Ends = Partial<Pick<Observer<never>, 'error' | 'complete'>>;

/**
 * The subscriber of a hand-written operator. It calls `next` for each value and passes completion and error on, unless `ends` replaces that.
 * What `next`, `error` or `complete` throws becomes an error of the result and unsubscribes from the source. Unsubscribing works also while the source is still subscribing.
 *
 * The operators on a worker's process events are written by hand: composed of `connect`, `merge` and `switchMap` they cost about five times as much, and every event
 * passes through all of them.
 *
 * @example
 * const positive = (source$: Observable<number>) =>
 *   new Observable<number>((subscriber) => source$.subscribe(relay(subscriber, (value) => value > 0 && subscriber.next(value))));
 */
export const relay = <T>(subscriber: Subscriber<unknown>, next: (value: T) => void, ends: Ends = {}): Subscriber<T> =>
  new Relay(subscriber, next, ends);

/** A class because RxJS only accepts an instance of Subscriber as one; anything else is wrapped in one that throws asynchronously. */
class Relay<T> extends Subscriber<T> {
  readonly #subscriber: Subscriber<unknown>;
  readonly #next: (value: T) => void;
  readonly #ends: Ends;

  constructor(subscriber: Subscriber<unknown>, next: (value: T) => void, ends: Ends) {
    super();
    this.#subscriber = subscriber;
    this.#next = next;
    this.#ends = ends;
    // So that a source that emits synchronously stops when the result is unsubscribed.
    subscriber.add(this);
  }

  protected override _next(value: T): void {
    try {
      this.#next(value);
    } catch (thrown) {
      this.#fail(thrown);
    }
  }

  protected override _error(error: unknown): void {
    this.#end(() => (this.#ends.error ? this.#ends.error(error) : this.#subscriber.error(error)));
  }

  protected override _complete(): void {
    this.#end(() => (this.#ends.complete ? this.#ends.complete() : this.#subscriber.complete()));
  }

  #end(action: () => void): void {
    try {
      action();
    } catch (thrown) {
      this.#subscriber.error(thrown);
    } finally {
      this.unsubscribe();
    }
  }

  #fail(thrown: unknown): void {
    this.#subscriber.error(thrown);
    this.unsubscribe();
  }
}

/** The same for a secondary source: its completion does not complete the result. */
export const relayBeside = <T>(subscriber: Subscriber<unknown>, next: (value: T) => void): Subscriber<T> =>
  relay(subscriber, next, { complete: () => {} });
