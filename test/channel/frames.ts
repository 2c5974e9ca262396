import { type Frame, type Batch, type Receipt, batchCommand } from '../../src/channel/frames.js';

/** A letter of each kind. */
export const letters: readonly Frame[] = [
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

/** Parcels and receipts. */
export const frames: readonly (Batch | Receipt)[] = [
  { cmd: batchCommand, taken: 3 },
  { cmd: batchCommand, n: 2, messages: ['a', null] },
  { cmd: batchCommand, n: 3, lost: 1, messages: [] },
  ...letters.map((letter, index): Batch => ({ cmd: batchCommand, n: index + 4, letters: [letter] })),
];
