import { ConfigError, MessageError, showValue } from '../../vocabulary/errors.js';
import { checkOptions } from '../../channel/requestOptions.js';
import { warnInMaster } from '../../host/processRole.js';
import { masterConnection, refused, sendAlone } from './masterConnection.js';
import { worker } from './worker.js';

/** How a message is sent. */
export interface SendOptions {
  /**
   * What happens when the queue is full. `wait` (default): from 2,000 messages on, or `limit` if that is less, the promise resolves when half of them have gone; as long as nobody waits for it the queue goes on growing, and at ten times
   * the limit an error is thrown. `drop`: the oldest messages give way, and the master tells by an `error` event how many did. `error`: it throws.
   */
  readonly whenFull?: 'wait' | 'drop' | 'error';
  /** How many messages make the queue full. Default: 10000. */
  readonly limit?: number;
  /** A socket or server that goes with it, as with `process.send`. */
  readonly handle?: unknown;
}

const taken = Promise.resolve();
const usual: SendOptions = {};

/**
 * Sends a message to the master, as it is now. What is sent in one turn of the loop travels together, and for a millisecond what is sent in the turns that follow closely; that is several times as fast as `process.send`. The order is kept, also relative to
 * `process.send`, and when the worker leaves gracefully nothing is lost.
 *
 * Resolves when the queue has taken it and has room for the next one: at once, mostly. Nobody has to wait; who sends as fast as possible should, and who does not wait ends nothing when it
 * rejects, with `MessageError`, because the channel has closed.
 * What travels alone, since it has a handle or JSON cannot hold it, is in no queue of ours: it waits, or is an error, while Node's own is full, and never gives way.
 * Throws `MessageError` for what cannot be serialised, for more than about 64 million characters, and at the limit if so asked.
 *
 * With `preload: false` it is `process.send`. Outside a worker, and in its threads and child processes, nothing is sent, and it resolves; in a master a warning says what to import.
 *
 * @example
 * await send({ cmd: 'fromWorker', msg: 'hello' });
 * send({ cmd: 'metric', value: 7 }, { whenFull: 'drop' });
 */
export const send = (message: unknown, options: SendOptions = usual): Promise<void> => {
  const open = masterConnection();
  if (open !== undefined && !open.isOpen()) return refused('send');
  if (open === undefined) {
    if (worker === undefined) return nowhere();
    if (!process.connected || process.send === undefined) return refused('send');
    sendAlone(process.send.bind(process), message, options.handle);
    return taken;
  }
  if (options !== usual) check(options);
  const { box } = open;
  const { whenFull = 'wait', limit = 10_000, handle } = options;
  const ready = isReady(message);
  const packed = handle !== undefined || ready ? undefined : open.pack('send', message);
  if (packed === undefined || packed.alone) {
    if (whenFull === 'error' && open.clogged() && !ready)
      throw new MessageError('send: the master is slow, there is no room for a message that travels alone');
    open.sendAlone(message, handle);
    return whenFull === 'wait' && open.clogged() ? open.caughtUp() : taken;
  }
  const { copy, weight } = packed;
  // Often it is the only one of its turn: then it takes the shortest way.
  if (!open.clogged() && box.canSendDirectly()) {
    open.sendAlone(message);
    return taken;
  }
  if (whenFull === 'wait') {
    const room = open.room('send', limit);
    box.message(copy, weight);
    return room;
  }
  if (whenFull === 'error' && box.size() >= limit) {
    throw new MessageError(`send: ${limit} messages wait for the master, there is no room for another`);
  }
  while (box.size() >= limit && box.dropOldest());
  box.message(copy, weight);
  return taken;
};

const nowhere = (): Promise<void> => {
  warnInMaster('send');
  return taken;
};

const ways: ReadonlySet<unknown> = new Set(['wait', 'drop', 'error']);
const known = ['whenFull', 'limit', 'handle'];

const check = (options: SendOptions): void => {
  checkOptions('send()', options, known, 'the message');
  const { whenFull = 'wait', limit = 1 }: { readonly whenFull?: unknown; readonly limit?: unknown } = options;
  if (!ways.has(whenFull)) {
    throw new ConfigError('send().whenFull', `expected 'wait', 'drop' or 'error', got ${showValue(whenFull)}`);
  }
  if (typeof limit !== 'number' || !(limit >= 1))
    throw new ConfigError('send().limit', `expected a number of messages, 1 or more, got ${showValue(limit)}`);
};

/** The master listens for this one, with `ready: 'message'`. */
const isReady = (message: unknown): boolean =>
  message === 'ready' ||
  (typeof message === 'object' && message !== null && 'cmd' in message && message.cmd === 'ready');
