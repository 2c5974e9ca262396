import { type Frame, type Batch, type Acknowledgement, batchCommand } from '../../src/channel/frames.js';

/** A frame of each kind. */
export const frames: readonly Frame[] = [
  { type: 'ask', id: 1, message: { cmd: 'stats' } },
  { type: 'open', id: 2, name: 'rows', credit: 2 },
  { type: 'answer', id: 1, message: 'well' },
  { type: 'value', id: 1, value: 7 },
  { type: 'end', id: 1 },
  { type: 'fail', id: 1, why: 'ill' },
  { type: 'credit', id: 2, credit: 1 },
  { type: 'drop', id: 2 },
  { type: 'join', topic: 'prices' },
  { type: 'leave', topic: 'prices' },
  { type: 'publish', topic: 'prices', data: { id: 7 } },
  { type: 'fault', why: 'oh' },
];

/** Batches and acknowledgements. */
export const channelMessages: readonly (Batch | Acknowledgement)[] = [
  { cmd: batchCommand, acknowledged: 3 },
  { cmd: batchCommand, n: 2, messages: ['a', null] },
  { cmd: batchCommand, n: 3, lost: 1, messages: [] },
  ...frames.map((frame, index): Batch => ({ cmd: batchCommand, n: index + 4, frames: [frame] })),
];
