import { LogError } from '../vocabulary/errors.js';
import type { Sink } from './sink.js';

/** Clusters that write to the same destination share one sink: the first cluster opens it, the last one closes it. Throws `LogError` if `settings` differ between them. */
export const sharedSinks = () => {
  const open = new Map<unknown, { readonly sink: Sink; readonly settings: string; users: number }>();
  return (key: unknown, settings: string, openSink: () => Sink): Sink => {
    const entry = open.get(key) ?? { sink: openSink(), settings, users: 0 };
    if (entry.settings !== settings) {
      throw new LogError(
        String(key),
        'is already written by another cluster with other `rotate` options. Give both clusters the same options',
      );
    }
    entry.users += 1;
    open.set(key, entry);
    let closed = false;
    return {
      ...entry.sink,
      close: () => {
        if (closed) return;
        closed = true;
        entry.users -= 1;
        if (entry.users > 0) return;
        open.delete(key);
        entry.sink.close();
      },
    };
  };
};
