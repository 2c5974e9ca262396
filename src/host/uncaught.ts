import { Observable, type Observer, type Operator, type Subscription } from 'rxjs';

/**
 * A stream whose unhandled error ends the process as with RxJS, but prints its message first: RxJS throws it
 * from one of its own files, and Node then prints that line before the message.
 *
 * A class because `lift` is how RxJS keeps the kind of a stream through its operators.
 */
export class PlainlyFailing<T> extends Observable<T> {
  constructor(source: Observable<unknown>, operator?: Operator<unknown, T>) {
    super();
    this.source = source;
    this.operator = operator;
  }

  override lift<R>(operator?: Operator<T, R>): Observable<R> {
    return new PlainlyFailing(this, operator);
  }

  override subscribe(
    observerOrNext?: Partial<Observer<T>> | ((value: T) => void) | null,
    error?: ((error: unknown) => void) | null,
    complete?: (() => void) | null,
  ): Subscription {
    const observer =
      typeof observerOrNext === 'object' && observerOrNext !== null
        ? observerOrNext
        : {
            ...(observerOrNext && { next: observerOrNext }),
            ...(error && { error }),
            ...(complete && { complete }),
          };
    if (observer.error !== undefined && observer.error !== null) return super.subscribe(observer);
    return super.subscribe({
      next: (value) => observer.next?.(value),
      complete: () => observer.complete?.(),
      error: throwPlainly,
    });
  }
}

/** Node does not print a line that throws if it contains this text. Not in a comment: a bundler removes comments. */
const throwPlainly = (error: unknown): void => {
  setImmediate(() => {
    throw { 'node-do-not-add-exception-line': error }['node-do-not-add-exception-line'];
  });
};

/** The stack from the caller of a function on, without Node's internal lines. */
export const callerOf = (called: (...args: never) => unknown): string => {
  const here: { stack?: string } = {};
  Error.captureStackTrace(here, called);
  const frames = here.stack?.split('\n').slice(1) ?? [];
  return frames
    .filter((frame) => !frame.includes('node:internal'))
    .map((frame) => `\n${frame}`)
    .join('');
};
