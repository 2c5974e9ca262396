/** Lines that wait to be written, at most `maxBytes` bytes. Each character of a text is one byte (Latin-1). */
export interface LineQueue {
  /** Adds lines. `false`: there is no room, and none of them was added. */
  readonly push: (text: string) => boolean;
  /** The oldest lines, `bytes` bytes or a little more. The buffers are valid until `drop`. */
  readonly first: (bytes: number) => readonly Buffer[];
  /** Everything after the first `bytes` bytes. */
  readonly after: (bytes: number) => readonly Buffer[];
  /** Removes the first `bytes` bytes, which have been written. */
  readonly drop: (bytes: number) => void;
  readonly bytes: () => number;
}

/** A block of memory. The bytes from `from` to `to` wait to be written. */
interface Slab {
  readonly memory: Buffer;
  from: number;
  to: number;
}

/** The size of a slab. A longer text gets a slab of its own. */
const slabBytes = 2 ** 19;

/** Copies lines into a few reused slabs: allocating a buffer for each chunk costs more than copying it. */
export const lineQueue = (maxBytes: number): LineQueue => {
  const slabs: Slab[] = [];
  let spare: Slab | undefined;
  let queuedBytes = 0;

  const slabFor = (bytes: number): Slab => {
    const last = slabs.at(-1);
    if (last !== undefined && last.memory.length - last.to >= bytes) return last;
    const next =
      spare !== undefined && bytes <= slabBytes
        ? spare
        : { memory: Buffer.allocUnsafeSlow(Math.max(bytes, slabBytes)), from: 0, to: 0 };
    if (next === spare) spare = undefined;
    slabs.push(next);
    return next;
  };

  return {
    push: (text) => {
      if (queuedBytes > 0 && queuedBytes + text.length > maxBytes) return false;
      const slab = slabFor(text.length);
      slab.memory.write(text, slab.to, 'latin1');
      slab.to += text.length;
      queuedBytes += text.length;
      return true;
    },
    first: (bytes) => {
      const found: Buffer[] = [];
      let foundBytes = 0;
      for (const { memory, from, to } of slabs) {
        if (foundBytes >= bytes) break;
        found.push(memory.subarray(from, to));
        foundBytes += to - from;
      }
      return found;
    },
    after: (bytes) => {
      let remaining = bytes;
      return slabs.map(({ memory, from, to }) => {
        const skipped = Math.min(remaining, to - from);
        remaining -= skipped;
        return memory.subarray(from + skipped, to);
      });
    },
    drop: (bytes) => {
      queuedBytes -= bytes;
      let remaining = bytes;
      for (let slab = slabs[0]; slab !== undefined; slab = slabs[0]) {
        const removed = Math.min(remaining, slab.to - slab.from);
        slab.from += removed;
        remaining -= removed;
        if (slab.from < slab.to) return;
        slabs.shift();
        slab.from = 0;
        slab.to = 0;
        if (slab.memory.length === slabBytes) spare = slab;
      }
    },
    bytes: () => queuedBytes,
  };
};
