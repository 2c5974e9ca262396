import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodePost, isLater, isLetter, isPost } from '../../src/channel/decode.js';
import { batchCommand } from '../../src/channel/frames.js';
import { mutated } from '../frames.js';
import { frames, letters } from './frames.js';

test('what fits is read as it is', () => {
  for (const frame of frames) expect(decodePost(frame)).toBe(frame);
  for (const letter of letters) expect(isLetter(letter)).toBe(true);
});

test.each([
  { cmd: batchCommand, n: 1 },
  { cmd: batchCommand, n: 1, messages: 5 },
  { cmd: batchCommand, n: '1', messages: [] },
  { cmd: batchCommand, n: 0, messages: [] },
  { cmd: batchCommand, n: Number.NaN, messages: [] },
  { cmd: batchCommand, n: 1, letters: { length: 1 } },
  { cmd: batchCommand, n: 1, lost: -1, messages: [] },
  { cmd: batchCommand, taken: 'all' },
  { cmd: batchCommand, taken: Infinity },
  { cmd: 'NODE_OTHER', taken: 1 },
  [batchCommand],
  null,
])('%j does not fit', (frame) => {
  expect(decodePost(frame)).toBeUndefined();
});

test('whatever comes, it is read or refused, and nothing throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.anything(), mutated(frames)), (value) => {
      const read = decodePost(value);
      if (read === undefined) return true;
      if (!isPost(value) || read !== value) return false;
      if ('taken' in read) return Number(read.taken) >= 0;
      return read.n > 0 && Array.isArray('messages' in read ? read.messages : read.letters);
    }),
    { numRuns: 5_000 },
  );
  fc.assert(
    fc.property(fc.oneof(fc.anything(), mutated(letters)), (value) => !(isLetter(value) && isLater(value))),
    { numRuns: 5_000 },
  );
  expect(isLater({ type: 'later' })).toBe(true);
});
