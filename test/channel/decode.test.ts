import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeChannelMessage, isUnknownFrame, isFrame, isChannelMessage } from '../../src/channel/decode.js';
import { batchCommand } from '../../src/channel/frames.js';
import { mutated } from '../frames.js';
import { channelMessages, frames } from './frames.js';

test('valid messages are returned unchanged', () => {
  for (const frame of channelMessages) expect(decodeChannelMessage(frame)).toBe(frame);
  for (const frame of frames) expect(isFrame(frame)).toBe(true);
});

test.each([
  { cmd: batchCommand, n: 1 },
  { cmd: batchCommand, n: 1, messages: 5 },
  { cmd: batchCommand, n: '1', messages: [] },
  { cmd: batchCommand, n: 0, messages: [] },
  { cmd: batchCommand, n: Number.NaN, messages: [] },
  { cmd: batchCommand, n: 1, frames: { length: 1 } },
  { cmd: batchCommand, n: 1, lost: -1, messages: [] },
  { cmd: batchCommand, acknowledged: 'all' },
  { cmd: batchCommand, acknowledged: Infinity },
  { cmd: 'NODE_OTHER', acknowledged: 1 },
  [batchCommand],
  null,
])('%j is invalid', (frame) => {
  expect(decodeChannelMessage(frame)).toBeUndefined();
});

test('any input is decoded or refused, and nothing throws', () => {
  fc.assert(
    fc.property(fc.oneof(fc.anything(), mutated(channelMessages)), (value) => {
      const read = decodeChannelMessage(value);
      if (read === undefined) return true;
      if (!isChannelMessage(value) || read !== value) return false;
      if ('acknowledged' in read) return Number(read.acknowledged) >= 0;
      return read.n > 0 && Array.isArray('messages' in read ? read.messages : read.frames);
    }),
    { numRuns: 5_000 },
  );
  fc.assert(
    fc.property(fc.oneof(fc.anything(), mutated(frames)), (value) => !(isFrame(value) && isUnknownFrame(value))),
    { numRuns: 5_000 },
  );
  expect(isUnknownFrame({ type: 'later' })).toBe(true);
});
