import { type Acknowledgement, batchCommand } from '../../channel/frames.js';
import type { Outbox } from '../../channel/outbox.js';

/** How long `disconnect` waits for a master that does not read, in ms. */
const flushTimeoutMs = 10_000;

/** Makes `process.send` and `process.disconnect` send first what is queued. So messages keep their order, and none is lost by a disconnect. */
export const flushBeforeSend = (outbox: Outbox, onClosing: () => void): void => {
  const send = process.send?.bind(process);
  const disconnect = process.disconnect?.bind(process);
  if (send !== undefined) {
    // Any arguments, because Node accepts several forms.
    process.send = (...args: readonly unknown[]): boolean => {
      if (outbox.size() > 0) outbox.flush();
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      return send(...(args as Parameters<typeof send>));
    };
  }
  if (disconnect !== undefined) {
    let state: 'open' | 'closing' | 'closed' = 'open';
    let timer: NodeJS.Timeout | undefined;
    const close = () => {
      if (state === 'closed') return;
      state = 'closed';
      clearTimeout(timer);
      if (hasChannel()) return disconnect();
      // The master has exited: Node has called `disconnect`, and then closed the channel.
      process.connected = false;
      process.emit('disconnect');
    };
    process.disconnect = () => {
      if (state === 'closed') return disconnect();
      if (state === 'closing' || send === undefined) return undefined;
      state = 'closing';
      outbox.flush();
      onClosing();
      // Node's `disconnect` drops messages that have not been written. So it is called when this last frame, which has no meaning, has been written.
      const last: Acknowledgement = { cmd: batchCommand, acknowledged: 0 };
      send(last, undefined, undefined, close);
      timer = setTimeout(close, flushTimeoutMs).unref();
      return undefined;
    };
  }
};

/** Whether there is a channel. Node's types say that there always is one. */
const hasChannel = (): boolean => Boolean(process.channel);
