import type { Worker } from 'node:cluster';
import { of, type Subscriber } from 'rxjs';
import { MessageError, messageOf } from '../vocabulary/errors.js';
import type { WorkerRef } from '../vocabulary/events.js';
import type { TopicDelivery, TopicMessage } from '../channel/topicRouter.js';
import { type Converse, conversations } from '../channel/conversations.js';
import { type Frame, type Batch, type Acknowledgement, batchCommand } from '../channel/frames.js';
import { outbox } from '../channel/outbox.js';
import { reception } from '../channel/reception.js';
import { messageCopier, type Serialization } from '../channel/copyMessage.js';
import { frameWriter } from '../channel/frameWriter.js';
import type { ProcessEvent } from './host.js';
import { misfit } from './misfit.js';

/** As many frames wait for a worker that is slow to read; what is published beyond that does not reach it. */
const most = 10_000;

/** As many frames, answers among them, wait for a worker that does not read at all. */
const mostAnswers = 100_000;

const turns = { afterTurn: setImmediate, now: () => performance.now() };

/** What the master and one worker write to each other. */
export interface WorkerChannel {
  readonly converse: Converse;
  /** Passes on what another worker has published. */
  readonly deliver: (frame: TopicDelivery['frame']) => void;
  /** Nothing waits any more for its turn to be over. */
  readonly flush: () => void;
  /** The worker has gone. */
  readonly end: () => void;
}

/** `published` is told of topics; everything else that comes is an event of the worker. */
export const workerChannel = (
  worker: Worker,
  serialization: Serialization,
  subscriber: Subscriber<ProcessEvent>,
  published: (written: TopicMessage) => void,
  invalid: (what: string) => void,
): WorkerChannel => {
  const { process: child, id: from } = worker;
  const fail = (why: string) => subscriber.next({ type: 'error', error: new MessageError(why) });
  const post = (message: Batch | Acknowledgement) => {
    // The channel may close meanwhile: its `disconnect` is on the way.
    if (worker.isConnected()) child.send(message, () => {});
  };
  const box = outbox(post, turns);
  const say = frameWriter(messageCopier(serialization), box);
  const ongoing = conversations(
    (frame) => {
      // Who has left is told nothing.
      if (!worker.isConnected()) return;
      if (box.size() < mostAnswers) say(frame);
      else
        invalid(`worker ${from} does not read: ${mostAnswers} frames wait for it, and further answers do not reach it`);
    },
    {
      ask: (message, reply) => subscriber.next({ type: 'message', message, reply }),
      offered: () => undefined,
    },
  );
  const take = (frame: Frame) => {
    if (frame.type === 'publish' || frame.type === 'join' || frame.type === 'leave') published({ from, frame });
    else if (frame.type === 'fault') fail(frame.why);
    else ongoing.take(frame);
  };
  const receive = reception(
    {
      messages: (messages) => subscriber.next({ type: 'messages', messages }),
      frame: take,
      lost: (count) => fail(`worker ${from} dropped ${count} messages, the oldest first: its queue was full`),
      invalid: (why) =>
        invalid(
          why === undefined ? misfit(from, batchCommand) : `what worker ${from} sent could not be dealt with: ${why}`,
        ),
    },
    box,
    post,
    setImmediate,
  );
  child.on('internalMessage', receive);

  let full = false;
  return {
    converse: (opening, more$) =>
      box.size() < most
        ? ongoing.converse(opening, more$)
        : of({ type: 'fail', id: 0, why: `worker ${from} is slow to read: ${most} frames wait for it` }),
    deliver: (frame) => {
      if (box.size() < most) {
        full = false;
        try {
          say(frame);
        } catch (error) {
          // It could be read and cannot be written: it goes too deep, or has become too large.
          invalid(`what is published under '${frame.topic}' does not reach worker ${from}: ${messageOf(error)}`);
        }
      } else if (!full) {
        full = true;
        fail(
          `worker ${from} is slow to read: ${most} frames wait for it, and what is published does not reach it until then`,
        );
      }
    },
    flush: box.flush,
    end: () => {
      ongoing.end();
      published({ from, frame: { type: 'disconnected' } });
    },
  };
};

/** A worker, and the way to talk with it. */
export interface Peer {
  readonly worker: WorkerRef;
  readonly converse: Converse;
}
