import { writeSync } from 'node:fs';

/** Writes it all before anything else happens, but waits for a reader that does not read no longer than `patience` ms. A reader that has gone is no error: there is nobody left to tell. */
export const writeNow = (descriptor: number, bytes: Buffer, patience: number): void => {
  const until = performance.now() + patience;
  for (let sent = 0; sent < bytes.length;) {
    try {
      sent += writeSync(descriptor, bytes, sent);
    } catch (error) {
      const isFull = error instanceof Error && 'code' in error && error.code === 'EAGAIN';
      if (!isFull || performance.now() > until) return;
      Atomics.wait(pause, 0, 0, 1);
    }
  }
};

const pause = new Int32Array(new SharedArrayBuffer(4));
