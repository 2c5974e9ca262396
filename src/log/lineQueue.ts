/** Lines that wait to be written, no more than `limit` bytes of them. A text here is bytes: its characters are Latin-1. */
export interface LineQueue {
  /** False: there is no room, and nothing of it has been taken. */
  readonly push: (text: string) => boolean;
  /** The first of them, `most` bytes or a little more. They stay as they are until they are dropped. */
  readonly first: (most: number) => readonly Buffer[];
  /** All but the first so many bytes. */
  readonly after: (bytes: number) => readonly Buffer[];
  /** So many bytes from the front have been written. */
  readonly drop: (bytes: number) => void;
  readonly bytes: () => number;
}

/** A piece of memory: what waits in it is from `from` to `to`. */
interface Slab {
  readonly memory: Buffer;
  from: number;
  to: number;
}

/** In bytes. */
const usual = 2 ** 19;

/** It copies what it is given into a few pieces of memory that it uses again and again: to make, and to forget, a buffer for each chunk costs more than to copy it. */
export const lineQueue = (limit: number): LineQueue => {
  const slabs: Slab[] = [];
  let spare: Slab | undefined;
  let length = 0;

  const slabFor = (bytes: number): Slab => {
    const last = slabs.at(-1);
    if (last !== undefined && last.memory.length - last.to >= bytes) return last;
    const next =
      spare !== undefined && bytes <= usual
        ? spare
        : { memory: Buffer.allocUnsafeSlow(Math.max(bytes, usual)), from: 0, to: 0 };
    if (next === spare) spare = undefined;
    slabs.push(next);
    return next;
  };

  return {
    push: (text) => {
      if (length > 0 && length + text.length > limit) return false;
      const slab = slabFor(text.length);
      slab.memory.write(text, slab.to, 'latin1');
      slab.to += text.length;
      length += text.length;
      return true;
    },
    first: (most) => {
      const found: Buffer[] = [];
      let bytes = 0;
      for (const { memory, from, to } of slabs) {
        if (bytes >= most) break;
        found.push(memory.subarray(from, to));
        bytes += to - from;
      }
      return found;
    },
    after: (bytes) => {
      let rest = bytes;
      return slabs.map(({ memory, from, to }) => {
        const some = Math.min(rest, to - from);
        rest -= some;
        return memory.subarray(from + some, to);
      });
    },
    drop: (bytes) => {
      length -= bytes;
      let rest = bytes;
      for (let slab = slabs[0]; slab !== undefined; slab = slabs[0]) {
        const some = Math.min(rest, slab.to - slab.from);
        slab.from += some;
        rest -= some;
        if (slab.from < slab.to) return;
        slabs.shift();
        slab.from = 0;
        slab.to = 0;
        if (slab.memory.length === usual) spare = slab;
      }
    },
    bytes: () => length,
  };
};
