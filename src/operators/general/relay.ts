import { type Observer, Subscriber } from 'rxjs';

/** What is done with the end of a source instead of passing it on. */
type Ends = Partial<Pick<Observer<never>, 'error' | 'complete'>>;

/**
 * The subscriber of an operator that is written by hand: it does its own with each value, and passes the end and an error on, unless `ends` says otherwise.
 * What `next`, `error` or `complete` throws is an error of the result, and lets go of the source; so does unsubscribing, also while the source still subscribes.
 *
 * The operators on the life of a worker are written by hand: composed of `connect`, `merge` and `switchMap` they cost some five times as much, and every event
 * goes through all of them.
 *
 * @example
 * const positive = (source$: Observable<number>) =>
 *   new Observable<number>((subscriber) => source$.subscribe(relay(subscriber, (value) => value > 0 && subscriber.next(value))));
 */
export const relay = <T>(subscriber: Subscriber<unknown>, next: (value: T) => void, ends: Ends = {}): Subscriber<T> =>
  new Relay(subscriber, next, ends);

/** A class because that is what RxJS takes for a Subscriber; for anything else it would make one that throws into the process. */
class Relay<T> extends Subscriber<T> {
  readonly #subscriber: Subscriber<unknown>;
  readonly #next: (value: T) => void;
  readonly #ends: Ends;

  constructor(subscriber: Subscriber<unknown>, next: (value: T) => void, ends: Ends) {
    super();
    this.#subscriber = subscriber;
    this.#next = next;
    this.#ends = ends;
    // A source that emits while it subscribes stops with the result.
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

  #end(tell: () => void): void {
    try {
      tell();
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

/** The same for a source beside the main one: its completion is not that of the result. */
export const relayBeside = <T>(subscriber: Subscriber<unknown>, next: (value: T) => void): Subscriber<T> =>
  relay(subscriber, next, { complete: () => {} });
