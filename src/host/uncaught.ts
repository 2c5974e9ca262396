import { Observable, type Observer, type Operator, type Subscription } from 'rxjs';

/**
 * A stream whose error, where nobody handles it, ends the process as RxJS does it, but with its text first: RxJS throws it
 * from a file of its own, and Node then shows that line before anything else.
 *
 * A class because `lift` is how RxJS lets the kind of a stream pass through its operators.
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

/** The lines of a stack from who called a function, without those of Node. */
export const callerOf = (called: (...args: never) => unknown): string => {
  const here: { stack?: string } = {};
  Error.captureStackTrace(here, called);
  const frames = here.stack?.split('\n').slice(1) ?? [];
  return frames
    .filter((frame) => !frame.includes('node:internal'))
    .map((frame) => `\n${frame}`)
    .join('');
};
