import { of } from 'rxjs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { conversations } from '../../src/channel/conversations.js';
import { isFrame } from '../../src/channel/decode.js';
import { type Frame, type Batch, batchCommand } from '../../src/channel/frames.js';
import { outbox } from '../../src/channel/outbox.js';
import { messageCopier } from '../../src/channel/copyMessage.js';
import { reception } from '../../src/channel/reception.js';
import { frameWriter } from '../../src/channel/frameWriter.js';
import { mutated } from '../frames.js';
import { channelMessages, frames } from './frames.js';

/** One complete end of a channel; `receive` takes the messages of the other end. */
const side = () => {
  const sent: Batch[] = [];
  const turns: (() => void)[] = [];
  const read: unknown[] = [];
  let invalidCount = 0;
  const afterTurn = (action: () => void) => turns.push(action);
  const outgoing = outbox((batch) => sent.push(batch), { afterTurn, now: () => 0 });
  const say = frameWriter(messageCopier('json'), outgoing);
  const both = conversations(say, {
    ask: (message, reply) => reply(message),
    offered: (name) => (name === 'rows' ? () => of(1, 2, 3) : undefined),
  });
  const receive = reception(
    {
      messages: (messages) => read.push(...messages),
      frame: both.take,
      lost: (count) => read.push(count),
      invalid: () => (invalidCount += 1),
    },
    outgoing,
    () => {},
    afterTurn,
  );
  const turn = () => {
    while (turns.length > 0) for (const action of turns.splice(0)) action();
    outgoing.flush();
  };
  const said = (): readonly Frame[] => {
    turn();
    return sent.flatMap((batch) => ('frames' in batch ? batch.frames.filter(isFrame) : []));
  };
  return { receive, said, read, converse: both.converse, invalidCount: () => invalidCount };
};

const batches = fc
  .tuple(fc.nat({ max: 20 }), fc.array(fc.oneof(mutated(frames), fc.anything()), { maxLength: 5 }))
  .map(([n, some]) => ({ cmd: batchCommand, n, frames: some }));

const anyFrames = fc.array(
  fc.oneof(fc.anything(), mutated(channelMessages), fc.constantFrom(...channelMessages), batches),
  {
    maxLength: 40,
  },
);

/** A number that no batch of the random input has used. */
const later = Number.MAX_SAFE_INTEGER;

test('after any input in any order, messages are read and requests are answered', () => {
  fc.assert(
    fc.property(anyFrames, (some) => {
      const { receive, said, read, converse } = side();
      let heard = 0;
      converse({ type: 'ask', message: 'before' }).subscribe({ next: () => (heard += 1), error: () => {} });
      for (const frame of some) receive(frame);
      read.length = 0;
      receive({ cmd: batchCommand, n: later - 1, messages: ['after'] });
      receive({ cmd: batchCommand, n: later, frames: [{ type: 'ask', id: later, message: 'how are you?' }] });
      const answers = said().filter((frame) => frame.type === 'answer' && frame.id === later);
      expect(read).toEqual(['after']);
      expect(answers).toHaveLength(1);
      expect(heard).toBeLessThanOrEqual(some.length * 5);
    }),
    { numRuns: 2_000 },
  );
});

test('each invalid frame is reported, and messages that are not ours are skipped', () => {
  const { receive, invalidCount } = side();
  for (const frame of [
    { cmd: batchCommand, n: 1 },
    { cmd: batchCommand, n: 1, messages: 5 },
    { cmd: batchCommand, n: 2, frames: [null] },
  ])
    receive(frame);
  expect(invalidCount()).toBe(3);
  for (const message of [null, 'text', { cmd: 'NODE_OTHER' }, { cmd: batchCommand, n: 3, frames: [{ type: 'later' }] }])
    receive(message);
  expect(invalidCount()).toBe(3);
});

test('an error of the reader is reported, and the next message is handled', () => {
  const calls: (string | undefined)[] = [];
  const receive = reception(
    {
      messages: () => {
        throw new Error('too deep');
      },
      frame: () => {},
      lost: () => {},
      invalid: (why) => calls.push(why),
    },
    { acknowledged: () => calls.push('acknowledged') },
    () => {},
    () => {},
  );
  receive({ cmd: batchCommand, n: 1, messages: [] });
  receive({ cmd: batchCommand, acknowledged: 1 });
  expect(calls).toEqual(['too deep', 'acknowledged']);
});
