import { endOfRecord } from './endOfRecord.js';

const newline = 0x0a;

/** The records in a block of whole lines, each without its last newline: a line, or a stack with all of its lines. */
export function* recordsIn(block: Buffer): Iterable<Buffer> {
  for (let at = 0; at < block.length;) {
    const last = endOfRecord(block, at, block.indexOf(newline, at));
    yield block.subarray(at, last);
    at = last + 1;
  }
}
