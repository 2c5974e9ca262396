import { of } from 'rxjs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { conversations } from '../../src/channel/conversations.js';
import { isLetter } from '../../src/channel/decode.js';
import { type Frame, type Batch, batchCommand } from '../../src/channel/frames.js';
import { outbox } from '../../src/channel/outbox.js';
import { messageCopier } from '../../src/channel/copyMessage.js';
import { reception } from '../../src/channel/reception.js';
import { frameWriter } from '../../src/channel/frameWriter.js';
import { mutated } from '../frames.js';
import { frames, letters } from './frames.js';

/** One side of a channel, all of it; what the other one writes is put in by `receive`. */
const side = () => {
  const sent: Batch[] = [];
  const turns: (() => void)[] = [];
  const read: unknown[] = [];
  let misfits = 0;
  const soon = (act: () => void) => turns.push(act);
  const box = outbox((parcel) => sent.push(parcel), { soon, now: () => 0 });
  const say = frameWriter(messageCopier('json'), box);
  const both = conversations(say, {
    ask: (message, reply) => reply(message),
    offered: (name) => (name === 'rows' ? () => of(1, 2, 3) : undefined),
  });
  const receive = reception(
    {
      messages: (messages) => read.push(...messages),
      letter: both.take,
      lost: (count) => read.push(count),
      unfit: () => (misfits += 1),
    },
    box,
    () => {},
    soon,
  );
  const turn = () => {
    while (turns.length > 0) for (const act of turns.splice(0)) act();
    box.flush();
  };
  const said = (): readonly Frame[] => {
    turn();
    return sent.flatMap((parcel) => ('letters' in parcel ? parcel.letters.filter(isLetter) : []));
  };
  return { receive, said, read, converse: both.converse, misfits: () => misfits };
};

const parcels = fc
  .tuple(fc.nat({ max: 20 }), fc.array(fc.oneof(mutated(letters), fc.anything()), { maxLength: 5 }))
  .map(([n, some]) => ({ cmd: batchCommand, n, letters: some }));

const anyFrames = fc.array(fc.oneof(fc.anything(), mutated(frames), fc.constantFrom(...frames), parcels), {
  maxLength: 40,
});

/** No number that a run of frames can have used. */
const later = Number.MAX_SAFE_INTEGER;

test('whatever a side receives, in any order, it goes on: it reads messages, answers and is answered', () => {
  fc.assert(
    fc.property(anyFrames, (some) => {
      const { receive, said, read, converse } = side();
      let heard = 0;
      converse({ type: 'ask', message: 'before' }).subscribe({ next: () => (heard += 1), error: () => {} });
      for (const frame of some) receive(frame);
      read.length = 0;
      receive({ cmd: batchCommand, n: later - 1, messages: ['after'] });
      receive({ cmd: batchCommand, n: later, letters: [{ type: 'ask', id: later, message: 'how are you?' }] });
      const answers = said().filter((letter) => letter.type === 'answer' && letter.id === later);
      expect(read).toEqual(['after']);
      expect(answers).toHaveLength(1);
      expect(heard).toBeLessThanOrEqual(some.length * 5);
    }),
    { numRuns: 2_000 },
  );
});

test('what does not fit is told for each frame, and what is no frame is not', () => {
  const { receive, misfits } = side();
  for (const frame of [
    { cmd: batchCommand, n: 1 },
    { cmd: batchCommand, n: 1, messages: 5 },
    { cmd: batchCommand, n: 2, letters: [null] },
  ])
    receive(frame);
  expect(misfits()).toBe(3);
  for (const message of [
    null,
    'text',
    { cmd: 'NODE_OTHER' },
    { cmd: batchCommand, n: 3, letters: [{ type: 'later' }] },
  ])
    receive(message);
  expect(misfits()).toBe(3);
});

test('a reader that throws is told, and the next frame is read', () => {
  const told: (string | undefined)[] = [];
  const receive = reception(
    {
      messages: () => {
        throw new Error('too deep');
      },
      letter: () => {},
      lost: () => {},
      unfit: (why) => told.push(why),
    },
    { taken: () => told.push('taken') },
    () => {},
    () => {},
  );
  receive({ cmd: batchCommand, n: 1, messages: [] });
  receive({ cmd: batchCommand, taken: 1 });
  expect(told).toEqual(['too deep', 'taken']);
});
