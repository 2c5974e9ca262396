import { writeSync } from 'node:fs';

/** Writes all bytes synchronously. Waits at most `timeoutMs` for a reader that does not read. Errors are ignored: the process exits, or nobody reads any more. */
export const writeNow = (descriptor: number, bytes: Buffer, timeoutMs: number): void => {
  const deadline = performance.now() + timeoutMs;
  for (let written = 0; written < bytes.length;) {
    try {
      written += writeSync(descriptor, bytes, written);
    } catch (error) {
      const isFull = error instanceof Error && 'code' in error && error.code === 'EAGAIN';
      if (!isFull || performance.now() > deadline) return;
      Atomics.wait(nothing, 0, 0, 1);
    }
  }
};

const nothing = new Int32Array(new SharedArrayBuffer(4));
