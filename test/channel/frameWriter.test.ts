import { serialize } from 'node:v8';
import { expect, test } from 'vitest';
import type { Frame, Batch } from '../../src/channel/frames.js';
import { outbox } from '../../src/channel/outbox.js';
import { messageCopier } from '../../src/channel/copyMessage.js';
import { frameWriter } from '../../src/channel/frameWriter.js';

/** An outbox that serialises like Node's `advanced`. */
const setUp = () => {
  const batches: Batch[] = [];
  const turns: (() => void)[] = [];
  const outgoing = outbox(
    (batch) => {
      serialize(batch);
      batches.push(batch);
    },
    { afterTurn: (act) => turns.push(act), now: () => 0 },
  );
  const frames = () => batches.flatMap((batch) => ('frames' in batch ? batch.frames : []));
  return { write: frameWriter(messageCopier('advanced'), outgoing), outgoing, frames };
};

const publish = (data: unknown): Frame => ({ type: 'publish', topic: 't', data });
const refusal = expect.objectContaining({
  name: 'MessageError',
  message: expect.stringMatching(/^publish: expected a message that can be serialised; .*could not be cloned/),
});

test('content that cannot be serialised throws MessageError, and the other frames of the turn arrive', () => {
  const { write, outgoing, frames } = setUp();
  const data = [1, 2, new Map([[3, 3]]), 4];
  expect(() => write(publish(() => {}))).toThrow(refusal);
  for (const one of data) {
    write(publish(one));
    expect(() => write(publish({ one: () => {} }))).toThrow(refusal);
  }
  outgoing.flush();
  expect(frames()).toEqual(data.map(publish));
  expect([outgoing.size(), outgoing.weight()]).toEqual([0, 0]);
});
