import { type Letter, type Parcel, type Receipt, stamp } from '../../src/post/letters.js';

/** A letter of each kind. */
export const letters: readonly Letter[] = [
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
export const frames: readonly (Parcel | Receipt)[] = [
  { cmd: stamp, taken: 3 },
  { cmd: stamp, n: 2, messages: ['a', null] },
  { cmd: stamp, n: 3, lost: 1, messages: [] },
  ...letters.map((letter, index): Parcel => ({ cmd: stamp, n: index + 4, letters: [letter] })),
];
