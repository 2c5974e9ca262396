import { ConfigError, MessageError, showValue } from '../../vocabulary/errors.js';
import { checkOptions } from '../../channel/requestOptions.js';
import { warnInMaster } from '../../host/processRole.js';
import { masterConnection, rejectChannelClosed, sendDirectly } from './masterConnection.js';
import { worker } from './worker.js';

/** How a message is sent. */
export interface SendOptions {
  /**
   * What happens when the queue is full. `wait` (default): with 2,000 messages in the queue, or `limit` if that is less, the promise resolves when half of them have been sent. If the caller does not wait, the queue grows, and at ten times
   * the limit `send` throws. `drop`: the oldest messages are dropped, and an `error` event of the master says how many. `error`: `send` throws.
   */
  readonly whenFull?: 'wait' | 'drop' | 'error';
  /** How many messages make the queue full. Default: 10000. */
  readonly limit?: number;
  /** A socket or server to send with it, as with `process.send`. */
  readonly handle?: unknown;
}

const resolved = Promise.resolve();
const defaultOptions: SendOptions = {};

/**
 * Sends a copy of a message to the master. The messages of one turn of the event loop are sent together, and so are those of turns that follow within a millisecond; that is several times as fast as `process.send`. Messages keep their order, also relative to
 * `process.send`, and none is lost when the worker leaves gracefully.
 *
 * Resolves when the message is in the queue and there is room for the next one, usually at once. Await it if you send as fast as possible. It rejects with `MessageError` if the channel has closed; a rejection that is not handled
 * does not end the process.
 * A message with a handle, or that JSON cannot represent, is not queued but sent by itself. While Node's own queue is full, `wait` waits and `error` throws for it; it is never dropped.
 * Throws `MessageError` for a message that cannot be serialised or has more than about 64 million characters, and at the limits that `whenFull` describes.
 *
 * With `preload: false` it is `process.send`. Outside a worker, and in its threads and child processes, nothing is sent and it resolves. In a master it also warns, and says what to import.
 *
 * @example
 * await send({ cmd: 'fromWorker', msg: 'hello' });
 * send({ cmd: 'metric', value: 7 }, { whenFull: 'drop' });
 */
export const send = (message: unknown, options: SendOptions = defaultOptions): Promise<void> => {
  const connection = masterConnection();
  if (connection !== undefined && !connection.isOpen()) return rejectChannelClosed('send');
  if (connection === undefined) {
    if (worker === undefined) return sendNowhere();
    if (!process.connected || process.send === undefined) return rejectChannelClosed('send');
    sendDirectly(process.send.bind(process), message, options.handle);
    return resolved;
  }
  if (options !== defaultOptions) check(options);
  const { outbox: box } = connection;
  const { whenFull = 'wait', limit = 10_000, handle } = options;
  const ready = isReady(message);
  const copied = handle !== undefined || ready ? undefined : connection.copy('send', message);
  if (copied === undefined || copied.alone) {
    if (whenFull === 'error' && connection.isNodeQueueFull() && !ready)
      throw new MessageError(
        'send: the master is slow, and there is no room for a message that is sent by itself (with a handle, or not JSON)',
      );
    connection.sendDirectly(message, handle);
    return whenFull === 'wait' && connection.isNodeQueueFull() ? connection.nodeQueueDrained() : resolved;
  }
  const { copy, weight } = copied;
  // The only message of its turn is sent without a batch, which is faster.
  if (!connection.isNodeQueueFull() && box.canSendDirectly()) {
    connection.sendDirectly(message);
    return resolved;
  }
  if (whenFull === 'wait') {
    const room = connection.waitForRoom('send', limit);
    box.message(copy, weight);
    return room;
  }
  if (whenFull === 'error' && box.size() >= limit) {
    throw new MessageError(`send: ${limit} messages wait for the master, there is no room for another`);
  }
  while (box.size() >= limit && box.dropOldest());
  box.message(copy, weight);
  return resolved;
};

const sendNowhere = (): Promise<void> => {
  warnInMaster('send');
  return resolved;
};

const whenFullValues: ReadonlySet<unknown> = new Set(['wait', 'drop', 'error']);
const optionNames = ['whenFull', 'limit', 'handle'];

const check = (options: SendOptions): void => {
  checkOptions('send()', options, optionNames, 'the message');
  const { whenFull = 'wait', limit = 1 }: { readonly whenFull?: unknown; readonly limit?: unknown } = options;
  if (!whenFullValues.has(whenFull)) {
    throw new ConfigError('send().whenFull', `expected 'wait', 'drop' or 'error', got ${showValue(whenFull)}`);
  }
  if (typeof limit !== 'number' || !(limit >= 1))
    throw new ConfigError('send().limit', `expected a number of messages, 1 or more, got ${showValue(limit)}`);
};

/** Whether it is the message that the master waits for with `ready: 'message'`. */
const isReady = (message: unknown): boolean =>
  message === 'ready' ||
  (typeof message === 'object' && message !== null && 'cmd' in message && message.cmd === 'ready');
