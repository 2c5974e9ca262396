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

/** What this process and its master write to each other. All copies of this package in a worker share it, with all that one of them must know of the others. */
export interface MasterConnection extends Conversations {
  readonly box: Outbox;
  readonly pack: (what: string, message: unknown) => CopiedMessage;
  readonly say: (frame: Frame) => void;
  /** Node's own queue has grown: the master is slow, and nothing goes beside ours until it has caught up. */
  readonly clogged: () => boolean;
  /** Resolves when it has. */
  readonly caughtUp: () => Promise<void>;
  /** Whether the channel is open. */
  readonly isOpen: () => boolean;
  /** Resolves when the queue has room: at once, mostly. Throws `MessageError` where nobody has waited for that. */
  readonly room: (what: string, limit: number) => Promise<void>;
  /** Node's own `process.send`, which knows nothing of what waits. */
  readonly sendAlone: (message: unknown, handle?: unknown) => void;
  readonly asked: Listeners<Asked>;
  readonly published: Listeners<Published>;
  /** How many in this worker follow a topic. */
  readonly followers: Map<string, number>;
  /** What is exposed to the master, by name. */
  readonly offers: Offers;
}

export type Offers = Map<string, () => ObservableInput<unknown>>;

interface Asked {
  readonly message: unknown;
  readonly reply: Reply;
}

interface Published {
  readonly topic: string;
  readonly data: unknown;
}

/** Who waits does so from so many in the queue, or what it takes for full, and goes on at half of that: what waits long costs more, for it is in no cache any more. */
const enough = 2_000;
/** So much makes the queue full, too, in characters. */
const heaviest = 64 * 1024 * 1024;
/** How far those may go who do not wait: so many times as far. */
const patience = 10;

const turns = { afterTurn: setImmediate, now: () => performance.now() };

const open = Promise.resolve();

const key: EarlyFramesKey = 'proteus-cluster:channel';

const isEarly = (value: unknown): value is EarlyFrames =>
  typeof value === 'object' && value !== null && 'batches' in value && 'connection' in value;

/** The connection with a master of ours; `undefined` elsewhere, and where nothing is preloaded. */
export const masterConnection = (): MasterConnection | undefined => known ?? look();

/** It is asked for with each message, and looking takes as long as all the rest. */
let known: MasterConnection | undefined;

const look = (): MasterConnection | undefined => {
  const early: unknown = Reflect.get(globalThis, Symbol.for(key));
  if (!isEarly(early)) return undefined;
  // Another copy of this file may have been first.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  known = (early.connection ??= connect(early)) as MasterConnection;
  return known;
};

const connect = (early: EarlyFrames): MasterConnection => {
  const send = process.send?.bind(process);
  const post = (message: Batch | Acknowledgement) => {
    // A channel that closes meanwhile takes nothing any more.
    if (process.connected) send?.(message, undefined, undefined, () => {});
  };
  const eased: Gate = gate();
  let low = enough;
  let clogged = false;
  // `process.connected` costs more than it seems.
  let isOpen = process.connected;
  const caughtUp: Gate = gate();
  const written = () => {
    if (!clogged) return;
    clogged = false;
    caughtUp.open();
  };
  const box: Outbox = outbox(post, turns, () => {
    if (box.size() > low) return;
    low = enough;
    eased.open();
  });
  flushBeforeSend(box, () => (isOpen = false));
  early.flush = () => (early.ended ? box.end() : box.flush());
  early.flush();

  const pack = messageCopier(early.serialization);
  const write = frameWriter(pack, box);
  const say = (frame: Frame) => {
    if (isOpen) write(frame);
  };
  const asked = listeners<Asked>();
  const published = listeners<Published>();
  const offers: Offers = new Map();
  const ongoing = conversations(say, {
    ask: (message, reply) => asked.tell({ message, reply }),
    offered: (name) => offers.get(name),
  });
  let isTold = false;
  const take = reception(
    {
      messages: () => {},
      frame: (frame) => {
        if (frame.type === 'publish') published.tell(frame);
        else ongoing.take(frame);
      },
      lost: () => {},
      invalid: () => {
        if (isTold) return;
        isTold = true;
        say({
          type: 'fault',
          why: 'the master sent a frame that does not fit, and it is ignored, as further ones will be. If this release has another version of proteus-cluster, restart the master with that version',
        });
      },
    },
    box,
    post,
    setImmediate,
  );
  // Who has just loaded this listens when the turn is over.
  setImmediate(() => {
    for (const batch of stillWanted(early.batches.splice(0))) take(batch);
    early.take = take;
  });
  process.once('disconnect', () => {
    isOpen = false;
    ongoing.end();
    // What was flushed has been taken.
    if (box.size() === 0) eased.open();
    else eased.fail(closed('send'));
    if (clogged) caughtUp.fail(closed('send'));
  });

  return {
    ...ongoing,
    room: (what, limit) => {
      const most = Math.min(limit, enough);
      if (box.size() < most && box.weight() < heaviest) return open;
      if (box.size() >= limit * patience) {
        throw new MessageError(
          `${what}: ${limit * patience} messages wait for the master, and nobody waits for there to be room. Await what ${what}() returns`,
        );
      }
      low = Math.min(low, most >> 1);
      return eased.wait();
    },
    box,
    pack,
    say,
    clogged: () => clogged,
    caughtUp: caughtUp.wait,
    isOpen: () => isOpen,
    sendAlone: (message, handle) => {
      if (box.size() > 0) box.flush();
      if (!sendAlone(send, message, handle, written)) clogged = true;
    },
    asked,
    published,
    followers: new Map(),
    offers,
  };
};

/** Without the questions that have been taken back before anybody could hear them. */
const stillWanted = (batches: readonly unknown[]): readonly unknown[] => {
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

/** Without any help. Throws `MessageError` for what cannot be serialised. */
export const sendAlone = (
  send: unknown,
  message: unknown,
  handle: unknown,
  written: () => void = () => {},
): boolean => {
  try {
    // Node's own types ask for less than what it sends, and know only one of its forms.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return (send as (...args: readonly unknown[]) => boolean)(message, handle, undefined, written);
  } catch (thrown) {
    throw new MessageError(`send: expected a message that can be serialised; ${messageOf(thrown)}`, { cause: thrown });
  }
};

const closed = (what: string): MessageError => new MessageError(`${what}: there is no channel to a master (any more)`);

/** What somebody gets for a message when the channel has closed; nobody has to look at it. */
export const refused = (what: string): Promise<void> => {
  const refusal = Promise.reject(closed(what));
  refusal.catch(() => {});
  return refusal;
};
