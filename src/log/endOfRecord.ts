const newline = 0x0a;
const space = 0x20;
const tab = 0x09;
const openingBrace = 0x7b;
const closingBrace = 0x7d;
const frame = Buffer.from('at ');

/**
 * Where the record that begins at `at` ends. A line that is not JSON and is followed by the frames of a stack, as `console.error(error)` prints them, is one record with them and with the error's fields and cause.
 * `end` is the index of its first newline in a block of whole lines; returns the index of the record's last newline.
 */
export const endOfRecord = (block: Buffer, at: number, end: number): number => {
  if (block[at] === openingBrace || !isFrame(block, end + 1)) return end;
  let last = end;
  while (continues(block, last + 1)) last = block.indexOf(newline, last + 1);
  return last;
};

const isFrame = (block: Buffer, at: number): boolean => {
  let start = at;
  while (isBlank(block[start])) start += 1;
  return start > at && frame.equals(block.subarray(start, start + frame.length));
};

const continues = (block: Buffer, at: number): boolean => isBlank(block[at]) || block[at] === closingBrace;

const isBlank = (byte: number | undefined): boolean => byte === space || byte === tab;
