import type { Worker } from 'node:cluster';
import { of, type Subscriber } from 'rxjs';
import { MessageError } from '../errors.js';
import type { WorkerRef } from '../events.js';
import type { Delivery, Written } from '../post/switchboard.js';
import { type Converse, correspondence } from '../post/correspondence.js';
import { inbox } from '../post/inbox.js';
import { isPost, type Letter, type Parcel, type Receipt } from '../post/letters.js';
import { outbox } from '../post/outbox.js';
import { packing, type Serialization } from '../post/pack.js';
import { writing } from '../post/writing.js';
import type { ProcessEvent } from './host.js';

/** As many letters wait for a worker that is slow to read; what is published beyond that does not reach it. */
const most = 10_000;

const turns = { soon: setImmediate, now: () => performance.now() };

/** What the master and one worker write to each other. */
export interface Mail {
  readonly converse: Converse;
  /** Passes on what another worker has published. */
  readonly deliver: (letter: Delivery['letter']) => void;
  /** Nothing waits any more for its turn to be over. */
  readonly flush: () => void;
  /** The worker has gone. */
  readonly end: () => void;
}

/** `published` is told of topics; everything else that comes is an event of the worker. */
export const mail = (
  worker: Worker,
  serialization: Serialization,
  subscriber: Subscriber<ProcessEvent>,
  published: (written: Written) => void,
): Mail => {
  const { process: child, id: from } = worker;
  const fail = (why: string) => subscriber.next({ type: 'error', error: new MessageError(why) });
  const post = (message: Parcel | Receipt) => {
    // The channel may close meanwhile: its `disconnect` is on the way.
    if (worker.isConnected()) child.send(message, () => {});
  };
  const box = outbox(post, turns);
  const say = writing(packing(serialization), box);
  const letters = correspondence(
    // Who has left is told nothing.
    (letter) => (worker.isConnected() ? say(letter) : undefined),
    {
      ask: (message, reply) => subscriber.next({ type: 'message', message, reply }),
      offered: () => undefined,
    },
  );
  const take = (letter: Letter) => {
    if (letter.type === 'publish' || letter.type === 'join' || letter.type === 'leave') published({ from, letter });
    else if (letter.type === 'fault') fail(letter.why);
    else letters.take(letter);
  };
  const incoming = inbox(
    {
      messages: (messages) => subscriber.next({ type: 'messages', messages }),
      letter: take,
      lost: (count) => fail(`worker ${from} dropped ${count} messages, the oldest first: its queue was full`),
    },
    post,
    setImmediate,
  );
  child.on('internalMessage', (message: unknown) => {
    if (!isPost(message)) return;
    if ('taken' in message) box.taken(message.taken);
    else incoming.take(message);
  });

  let full = false;
  return {
    converse: (opening, more$) =>
      box.size() < most
        ? letters.converse(opening, more$)
        : of({ type: 'fail', id: 0, why: `worker ${from} is slow to read: ${most} letters wait for it` }),
    deliver: (letter) => {
      if (box.size() < most) {
        full = false;
        say(letter);
      } else if (!full) {
        full = true;
        fail(
          `worker ${from} is slow to read: ${most} letters wait for it, and what is published does not reach it until then`,
        );
      }
    },
    flush: box.flush,
    end: () => {
      letters.end();
      published({ from, letter: { type: 'gone' } });
    },
  };
};

/** A worker, and the way to talk with it. */
export interface Peer {
  readonly worker: WorkerRef;
  readonly converse: Converse;
}
