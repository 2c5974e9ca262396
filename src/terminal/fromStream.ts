import { Observable } from 'rxjs';

/** What a stream of a master yields. It is opened with each subscription, and closed at once when that ends. */
export const fromStream = <T>(open: () => AsyncIterable<T>): Observable<T> =>
  new Observable((subscriber) => {
    const parts = open()[Symbol.asyncIterator]();
    const read = async (): Promise<void> => {
      for (;;) {
        // oxlint-disable-next-line no-await-in-loop
        const { done, value } = await parts.next();
        if (subscriber.closed) return;
        if (done === true) return subscriber.complete();
        subscriber.next(value);
      }
    };
    read().catch((error: unknown) => subscriber.error(error));
    return () => void parts.return?.();
  });
