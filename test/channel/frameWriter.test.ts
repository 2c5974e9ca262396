import { serialize } from 'node:v8';
import { expect, test } from 'vitest';
import type { Frame, Batch } from '../../src/channel/frames.js';
import { outbox } from '../../src/channel/outbox.js';
import { messageCopier } from '../../src/channel/copyMessage.js';
import { frameWriter } from '../../src/channel/frameWriter.js';

/** Written as Node's `advanced` has it. */
const desk = () => {
  const parcels: Batch[] = [];
  const turns: (() => void)[] = [];
  const box = outbox(
    (parcel) => {
      serialize(parcel);
      parcels.push(parcel);
    },
    { soon: (act) => turns.push(act), now: () => 0 },
  );
  const letters = () => parcels.flatMap((parcel) => ('letters' in parcel ? parcel.letters : []));
  return { write: frameWriter(messageCopier('advanced'), box), box, letters };
};

const publish = (data: unknown): Frame => ({ type: 'publish', topic: 't', data });
const refusal = expect.objectContaining({
  name: 'MessageError',
  message: expect.stringMatching(/^publish: expected a message that can be serialised; .*could not be cloned/),
});

test('what cannot be serialised is an error that says so, first of its turn or among others, which all arrive', () => {
  const { write, box, letters } = desk();
  const data = [1, 2, new Map([[3, 3]]), 4];
  expect(() => write(publish(() => {}))).toThrow(refusal);
  for (const one of data) {
    write(publish(one));
    expect(() => write(publish({ one: () => {} }))).toThrow(refusal);
  }
  box.flush();
  expect(letters()).toEqual(data.map(publish));
  expect([box.size(), box.weight()]).toEqual([0, 0]);
});
