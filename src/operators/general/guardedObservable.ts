import { Observable, type Observer, type Operator, Subscriber, type Subscription } from 'rxjs';
import { guard, type Report } from './guard.js';
import { subscribingFor } from './reports.js';

/** What may be given to `subscribe`, with holes. */
type Given<T> = { readonly [K in keyof Observer<T>]?: Observer<T>[K] | null | undefined };
type Next<T> = Partial<Observer<T>> | ((value: T) => void) | null;

/**
 * A stream for onlookers: what they throw, or reject with, is reported and ends nothing, neither the source nor the process.
 * So it is with everything that is piped from it. (RxJS throws what a `next` callback throws into the open, on a later turn.)
 * The report goes to everybody but the subscriber that caused it.
 *
 * A class because `lift` is how RxJS lets the kind of a stream pass through its operators.
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
    // Operators subscribe with a Subscriber; only the last in the chain is somebody's own.
    if (observerOrNext instanceof Subscriber) return super.subscribe(observerOrNext);
    if (isSubscriber(observerOrNext)) return this.#tell(observerOrNext);
    const observer =
      typeof observerOrNext === 'object' && observerOrNext !== null
        ? observerOrNext
        : { next: observerOrNext, error, complete };
    const onlooker = new GuardedSubscriber(observer, this.#report);
    return subscribingFor(onlooker, () => super.subscribe(onlooker));
  }

  /** A Subscriber of another copy of RxJS ends by itself, and with it what it has subscribed to. */
  #tell(subscriber: Subscriber<T>): Subscription {
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
 * What somebody gave to `subscribe`, guarded: one step, where RxJS and a guard around it take four, and each message takes them.
 *
 * A class because that is what RxJS takes for a Subscriber.
 */
class GuardedSubscriber<T> extends Subscriber<T> {
  readonly #next: (value: T) => void;
  readonly #error: (thrown: unknown) => void;
  readonly #complete: () => void;

  constructor(observer: Given<T>, report: Report) {
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
