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
import { countDropped } from './countDropped.js';
import type { ProcessEvent } from './host.js';
import { invalidFrameText } from './invalidFrames.js';

/** When this many frames are queued for a worker, new requests fail and published frames are dropped. */
const maxQueuedFrames = 10_000;

/** When this many frames are queued, answers are dropped too. */
const maxQueuedAnswers = 100_000;

const eventLoop = { afterTurn: setImmediate, now: () => performance.now() };

/** The master's end of the channel to one worker. */
export interface WorkerChannel {
  readonly converse: Converse;
  /** Sends a frame that another worker has published. */
  readonly deliver: (frame: TopicDelivery['frame']) => void;
  /** Sends everything that is queued. */
  readonly flush: () => void;
  /** Call when the worker has disconnected. */
  readonly end: () => void;
}

/** `published` is called with topic frames; everything else becomes an event of the worker. */
export const workerChannel = (
  worker: Worker,
  serialization: Serialization,
  subscriber: Subscriber<ProcessEvent>,
  published: (written: TopicMessage) => void,
  invalid: (what: string) => void,
): WorkerChannel => {
  const { process: child, id: from } = worker;
  const emitError = (why: string) => subscriber.next({ type: 'error', error: new MessageError(why) });
  const send = (message: Batch | Acknowledgement) => {
    // The channel may have closed; its `disconnect` follows.
    if (worker.isConnected()) child.send(message, () => {});
  };
  const outgoing = outbox(send, eventLoop);
  const write = frameWriter(messageCopier(serialization), outgoing);
  const ongoing = conversations(
    (frame) => {
      // A disconnected worker gets no frames.
      if (!worker.isConnected()) return;
      if (outgoing.size() < maxQueuedAnswers) write(frame);
      else
        invalid(
          `worker ${from} does not read its channel: ${maxQueuedAnswers} frames wait for it, and further answers are dropped`,
        );
    },
    {
      ask: (message, reply) => subscriber.next({ type: 'message', message, reply }),
      offered: () => undefined,
    },
  );
  const handle = (frame: Frame) => {
    if (frame.type === 'publish' || frame.type === 'join' || frame.type === 'leave') published({ from, frame });
    else if (frame.type === 'fault') emitError(frame.why);
    else ongoing.take(frame);
  };
  // With `whenFull: 'drop'` nearly every batch of an overloaded worker has some, just when the master has much to do.
  const lost = countDropped((count) =>
    emitError(`worker ${from} dropped ${count} messages, the oldest first: its queue was full`),
  );
  const receive = reception(
    {
      messages: (messages) => subscriber.next({ type: 'messages', messages }),
      frame: handle,
      lost: lost.add,
      invalid: (why) =>
        invalid(
          why === undefined
            ? invalidFrameText(from, batchCommand)
            : `a message of worker ${from} could not be handled: ${why}`,
        ),
    },
    outgoing,
    send,
    setImmediate,
  );
  child.on('internalMessage', receive);

  let isFull = false;
  return {
    converse: (opening, more$) =>
      outgoing.size() < maxQueuedFrames
        ? ongoing.converse(opening, more$)
        : of({
            type: 'fail',
            id: 0,
            why: `worker ${from} reads its channel too slowly: ${maxQueuedFrames} frames wait for it`,
          }),
    deliver: (frame) => {
      if (outgoing.size() < maxQueuedFrames) {
        // Not at the first room: that is there after each acknowledgement of a worker that is too slow.
        if (outgoing.size() < maxQueuedFrames / 2) isFull = false;
        try {
          write(frame);
        } catch (error) {
          // The data was readable but cannot be sent on: it is too deep or too large.
          invalid(`data published to topic '${frame.topic}' cannot be sent to worker ${from}: ${messageOf(error)}`);
        }
      } else if (!isFull) {
        isFull = true;
        emitError(
          `worker ${from} reads its channel too slowly: ${maxQueuedFrames} frames wait for it, and published data is dropped until it catches up`,
        );
      }
    },
    flush: outgoing.flush,
    end: () => {
      lost.reportNow();
      ongoing.end();
      published({ from, frame: { type: 'disconnected' } });
    },
  };
};

/** A worker and its conversations. */
export interface Peer {
  readonly worker: WorkerRef;
  readonly converse: Converse;
}
