import type { ObservableInput } from 'rxjs';
import { MessageError, messageOf } from '../../vocabulary/errors.js';
import { type Conversations, conversations, type Reply } from '../../channel/conversations.js';
import { decodeChannelMessage, isFrame } from '../../channel/decode.js';
import type { EarlyFrames, Frame, Batch, EarlyFramesKey, Acknowledgement } from '../../channel/frames.js';
import { type Outbox, outbox } from '../../channel/outbox.js';
import { type CopiedMessage, messageCopier } from '../../channel/copyMessage.js';
import { reception } from '../../channel/reception.js';
import { frameWriter } from '../../channel/frameWriter.js';
import { flushBeforeSend } from './flushBeforeSend.js';
import { type Gate, gate } from './gate.js';
import { type Listeners, listeners } from './listeners.js';

/** The connection between this worker and its master. All copies of this package in the worker share one. */
export interface MasterConnection extends Conversations {
  readonly outbox: Outbox;
  /** Copies a message, so that later changes of it are not sent. `what` is the name of the caller, for errors. */
  readonly copy: (what: string, message: unknown) => CopiedMessage;
  readonly send: (frame: Frame) => void;
  /** Whether the master is slow, and messages wait in Node's own queue. Until they have been written, nothing is sent directly. */
  readonly isNodeQueueFull: () => boolean;
  /** Resolves when they have been written. */
  readonly nodeQueueDrained: () => Promise<void>;
  /** Whether the channel is open. */
  readonly isOpen: () => boolean;
  /** Resolves when the queue has room, usually at once. Throws `MessageError` if the queue has grown too long because callers do not wait. */
  readonly waitForRoom: (what: string, limit: number) => Promise<void>;
  /** Sends a message with Node's `process.send`, after everything that is queued. */
  readonly sendDirectly: (message: unknown, handle?: unknown) => void;
  readonly requests: Listeners<Request>;
  readonly published: Listeners<Published>;
  /** The number of subscriptions of each topic in this worker. */
  readonly topicSubscriptions: Map<string, number>;
  /** The streams that the master may observe, by name. */
  readonly exposed: ExposedStreams;
}

export type ExposedStreams = Map<string, () => ObservableInput<unknown>>;

interface Request {
  readonly message: unknown;
  readonly reply: Reply;
}

interface Published {
  readonly topic: string;
  readonly data: unknown;
}

/** Callers that wait do so when the queue has this many messages, or as many as their `limit` if that is less, and continue at half of it. Longer queues cost more time for each message. */
const maxWaitedMessages = 2_000;
/** The queue is also full with this many characters. */
const maxCharacters = 64 * 1024 * 1024;
/** For callers that do not wait, the queue may grow to this multiple of their `limit`. */
const unawaitedFactor = 10;

const clock = { afterTurn: setImmediate, now: () => performance.now() };

const resolved = Promise.resolve();

const key: EarlyFramesKey = 'proteus-cluster:channel';

const isEarlyFrames = (value: unknown): value is EarlyFrames =>
  typeof value === 'object' && value !== null && 'batches' in value && 'connection' in value;

/** The connection to the master. `undefined` if this process is no worker of proteus-cluster, and with `preload: false`. */
export const masterConnection = (): MasterConnection | undefined => connection ?? findConnection();

/** Cached, because finding it takes as long as the rest of sending a message. */
let connection: MasterConnection | undefined;

const findConnection = (): MasterConnection | undefined => {
  const early: unknown = Reflect.get(globalThis, Symbol.for(key));
  if (!isEarlyFrames(early)) return undefined;
  // Another copy of this file may have created it.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  connection = (early.connection ??= createConnection(early)) as MasterConnection;
  return connection;
};

const createConnection = (early: EarlyFrames): MasterConnection => {
  const send = process.send?.bind(process);
  const sendRaw = (message: Batch | Acknowledgement) => {
    // The callback ignores the error of a channel that has closed meanwhile.
    if (process.connected) send?.(message, undefined, undefined, () => {});
  };
  const roomGate: Gate = gate();
  let resumeAt = maxWaitedMessages;
  let nodeQueueFull = false;
  // Reading `process.connected` for each message would be slow.
  let isOpen = process.connected;
  const drainedGate: Gate = gate();
  const onWritten = () => {
    if (!nodeQueueFull) return;
    nodeQueueFull = false;
    drainedGate.open();
  };
  const queue: Outbox = outbox(sendRaw, clock, () => {
    if (queue.size() > resumeAt) return;
    resumeAt = maxWaitedMessages;
    roomGate.open();
  });
  flushBeforeSend(queue, () => (isOpen = false));
  early.flush = () => (early.ended ? queue.end() : queue.flush());
  early.flush();

  const copyMessage = messageCopier(early.serialization);
  const write = frameWriter(copyMessage, queue);
  const sendFrame = (frame: Frame) => {
    if (isOpen) write(frame);
  };
  const received = listeners<Request>();
  const published = listeners<Published>();
  const exposed: ExposedStreams = new Map();
  const ongoing = conversations(sendFrame, {
    ask: (message, reply) => received.emit({ message, reply }),
    offered: (name) => exposed.get(name),
  });
  let isReported = false;
  const receive = reception(
    {
      messages: () => {},
      frame: (frame) => {
        if (frame.type === 'publish') published.emit(frame);
        else ongoing.take(frame);
      },
      lost: () => {},
      invalid: () => {
        if (isReported) return;
        isReported = true;
        sendFrame({
          type: 'fault',
          why: 'the master sent a frame that does not fit, and it is ignored, as further ones will be. If this release has another version of proteus-cluster, restart the master with that version',
        });
      },
    },
    queue,
    sendRaw,
    setImmediate,
  );
  // At the end of the turn, when the application that loads this file has subscribed.
  setImmediate(() => {
    for (const batch of withoutDropped(early.batches.splice(0))) receive(batch);
    early.take = receive;
  });
  process.once('disconnect', () => {
    isOpen = false;
    ongoing.end();
    // With an empty queue, everything has been sent.
    if (queue.size() === 0) roomGate.open();
    else roomGate.fail(channelClosed('send'));
    if (nodeQueueFull) drainedGate.fail(channelClosed('send'));
  });

  return {
    ...ongoing,
    waitForRoom: (what, limit) => {
      const waitsAt = Math.min(limit, maxWaitedMessages);
      if (queue.size() < waitsAt && queue.weight() < maxCharacters) return resolved;
      if (queue.size() >= limit * unawaitedFactor) {
        throw new MessageError(
          `${what}: ${limit * unawaitedFactor} messages wait for the master, because ${what}() is not awaited. Await what ${what}() returns`,
        );
      }
      resumeAt = Math.min(resumeAt, waitsAt >> 1);
      return roomGate.wait();
    },
    outbox: queue,
    copy: copyMessage,
    send: sendFrame,
    isNodeQueueFull: () => nodeQueueFull,
    nodeQueueDrained: drainedGate.wait,
    isOpen: () => isOpen,
    sendDirectly: (message, handle) => {
      if (queue.size() > 0) queue.flush();
      if (!sendDirectly(send, message, handle, onWritten)) nodeQueueFull = true;
    },
    requests: received,
    published,
    topicSubscriptions: new Map(),
    exposed: exposed,
  };
};

/** Removes requests that the master has withdrawn before they could be delivered. */
const withoutDropped = (batches: readonly unknown[]): readonly unknown[] => {
  const frames = batches.map((batch) => decodeChannelMessage(batch) ?? batch);
  const dropped = new Set(
    frames.flatMap(framesOf).flatMap((frame) => (isFrame(frame) && frame.type === 'drop' ? [frame.id] : [])),
  );
  const isWanted = (frame: unknown) =>
    !isFrame(frame) || (frame.type !== 'ask' && frame.type !== 'open') || !dropped.has(frame.id);
  const wanted = (frame: unknown): unknown => {
    const some = framesOf(frame);
    return some.length === 0 ? frame : { ...Object(frame), frames: some.filter(isWanted) };
  };
  return frames.map(wanted);
};

const framesOf = (batch: unknown): readonly unknown[] => {
  const frame = decodeChannelMessage(batch);
  return frame !== undefined && 'frames' in frame ? frame.frames : [];
};

/** Calls Node's `process.send`. Throws `MessageError` for a message that cannot be serialised. */
export const sendDirectly = (
  send: unknown,
  message: unknown,
  handle: unknown,
  written: () => void = () => {},
): boolean => {
  try {
    // Node's types allow fewer values than `process.send` accepts.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return (send as (...args: readonly unknown[]) => boolean)(message, handle, undefined, written);
  } catch (thrown) {
    throw new MessageError(`send: expected a message that can be serialised; ${messageOf(thrown)}`, { cause: thrown });
  }
};

const channelClosed = (what: string): MessageError =>
  new MessageError(`${what}: there is no channel to a master (any more)`);

/** The result of sending when the channel has closed. The rejection does not have to be handled. */
export const rejectChannelClosed = (what: string): Promise<void> => {
  const refusal = Promise.reject(channelClosed(what));
  refusal.catch(() => {});
  return refusal;
};
