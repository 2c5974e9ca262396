import { Observable, type Observer, type Operator, Subscriber, type Subscription } from 'rxjs';
import { guard, type Report } from './guard.js';
import { subscribingFor } from './reports.js';

/** An observer whose callbacks may be missing. */
type PartialObserver<T> = { readonly [K in keyof Observer<T>]?: Observer<T>[K] | null | undefined };
type Next<T> = Partial<Observer<T>> | ((value: T) => void) | null;

/**
 * A stream whose subscribers can fail without consequences: what they throw or reject with is reported, and ends neither the source nor the process.
 * The same holds for every stream piped from it. (Plain RxJS rethrows what a `next` callback throws as an uncaught exception.)
 * The report is delivered to all subscribers except the one that caused it.
 *
 * A class because `lift` is how RxJS keeps the kind of a stream through its operators.
 */
export class GuardedObservable<T> extends Observable<T> {
  readonly #report: Report;

  constructor(source: Observable<unknown>, report: Report, operator?: Operator<unknown, T>) {
    super();
    this.source = source;
    this.operator = operator;
    this.#report = report;
  }

  override lift<R>(operator?: Operator<T, R>): Observable<R> {
    return new GuardedObservable(this, this.#report, operator);
  }

  override subscribe(
    observerOrNext?: Next<T>,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    // Operators subscribe with a Subscriber; only the last one in a chain has callbacks of the application.
    if (observerOrNext instanceof Subscriber) return super.subscribe(observerOrNext);
    if (isSubscriber(observerOrNext)) return this.#subscribeForeign(observerOrNext);
    const observer =
      typeof observerOrNext === 'object' && observerOrNext !== null
        ? observerOrNext
        : { next: observerOrNext, error, complete };
    const guarded = new GuardedSubscriber(observer, this.#report);
    return subscribingFor(guarded, () => super.subscribe(guarded));
  }

  /** A Subscriber of another copy of RxJS unsubscribes itself from the source when it ends. */
  #subscribeForeign(subscriber: Subscriber<T>): Subscription {
    const subscription = super.subscribe({
      next: (value) => subscriber.next(value),
      error: (thrown) => subscriber.error(thrown),
      complete: () => subscriber.complete(),
    });
    subscriber.add(subscription);
    return subscription;
  }
}

/**
 * Guards the callbacks given to `subscribe` in one step; a guard around RxJS's own subscriber takes four, and every message passes through them.
 *
 * A class because RxJS only accepts an instance of Subscriber as one.
 */
class GuardedSubscriber<T> extends Subscriber<T> {
  readonly #next: (value: T) => void;
  readonly #error: (thrown: unknown) => void;
  readonly #complete: () => void;

  constructor(observer: PartialObserver<T>, report: Report) {
    super();
    const guarded = guard(report, this);
    this.#next = guarded((value: T) => observer.next?.(value));
    this.#error = guarded((thrown: unknown) => (observer.error ? observer.error(thrown) : report(thrown, this)));
    this.#complete = guarded(() => observer.complete?.());
  }

  protected override _next(value: T): void {
    this.#next(value);
  }

  protected override _error(thrown: unknown): void {
    this.#error(thrown);
    this.unsubscribe();
  }

  protected override _complete(): void {
    this.#complete();
    this.unsubscribe();
  }
}

const isSubscriber = <T>(observer: Next<T> | undefined): observer is Subscriber<T> =>
  typeof observer === 'object' &&
  observer !== null &&
  'add' in observer &&
  'closed' in observer &&
  'unsubscribe' in observer;
