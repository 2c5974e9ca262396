import { type Acknowledgement, batchCommand } from '../../channel/frames.js';
import type { Outbox } from '../../channel/outbox.js';

/** So long the end waits for a master that does not read, in ms. */
const longest = 10_000;

/** Order: what was sent before leaves before. And who disconnects loses nothing. */
export const flushBeforeSend = (box: Outbox, closing: () => void): void => {
  const send = process.send?.bind(process);
  const disconnect = process.disconnect?.bind(process);
  if (send !== undefined) {
    // All of its forms pass through.
    process.send = (...args: readonly unknown[]): boolean => {
      if (box.size() > 0) box.flush();
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return send(...(args as Parameters<typeof send>));
    };
  }
  if (disconnect !== undefined) {
    let state: 'open' | 'closes' | 'closed' = 'open';
    let timer: NodeJS.Timeout | undefined;
    const close = () => {
      if (state === 'closed') return;
      state = 'closed';
      clearTimeout(timer);
      if (isThere()) return disconnect();
      // The master has gone: Node has called this, and then closed the channel.
      process.connected = false;
      process.emit('disconnect');
    };
    process.disconnect = () => {
      if (state === 'closed') return disconnect();
      if (state === 'closes' || send === undefined) return undefined;
      state = 'closes';
      box.flush();
      closing();
      // Node drops what it has not written yet, so it closes when this has been, which says nothing and is the last.
      const last: Acknowledgement = { cmd: batchCommand, acknowledged: 0 };
      send(last, undefined, undefined, close);
      timer = setTimeout(close, longest).unref();
      return undefined;
    };
  }
};

/** Whether there is a channel. Its types say that there always is. */
const isThere = (): boolean => Boolean(process.channel);
