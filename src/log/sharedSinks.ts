import { LogError } from '../vocabulary/errors.js';
import type { Sink } from './sink.js';

/** One sink for all clusters that write to the same place: begun by the first of them, closed by the last. `how` is to be the same for all. */
export const sharedSinks = () => {
  const open = new Map<unknown, { readonly sink: Sink; readonly how: string; users: number }>();
  return (key: unknown, how: string, begin: () => Sink): Sink => {
    const there = open.get(key) ?? { sink: begin(), how, users: 0 };
    if (there.how !== how) {
      throw new LogError(String(key), 'is written by another cluster, with another rotation. Give both the same');
    }
    there.users += 1;
    open.set(key, there);
    let closed = false;
    return {
      ...there.sink,
      close: () => {
        if (closed) return;
        closed = true;
        there.users -= 1;
        if (there.users > 0) return;
        open.delete(key);
        there.sink.close();
      },
    };
  };
};
