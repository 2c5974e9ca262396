import { isUnknownFrame, isFrame } from './decode.js';
import { type Frame, type Batch, type Acknowledgement, batchCommand } from './frames.js';

export interface Inbox {
  readonly take: (batch: Batch) => void;
}

export interface Reader {
  readonly messages: (messages: readonly unknown[]) => void;
  readonly frame: (frame: Frame) => void;
  /** The sender dropped this many messages because its queue was full. */
  readonly lost: (count: number) => void;
  /** An invalid frame was ignored, or handling it threw. */
  readonly invalid: (why?: string) => void;
}

/** An acknowledgement is sent after this many messages: a fraction of the sender's window, so that the sender need not stop. */
const acknowledgeEvery = 1_024;

/**
 * Handles batches in the order in which they were sent, each once: a repeated or late batch is ignored. Acknowledges every 1,024 messages and at most twice per turn of the event loop,
 * so that other senders are handled before more can arrive.
 */
export const inbox = (
  { messages, frame, lost, invalid }: Reader,
  send: (acknowledgement: Acknowledgement) => void,
  afterTurn: (action: () => void) => void,
): Inbox => {
  let lastReceived = 0;
  let lastAcknowledged = 0;
  let turnScheduled = false;
  const acknowledge = () => {
    if (lastReceived - lastAcknowledged < acknowledgeEvery) return;
    lastAcknowledged = lastReceived;
    send({ cmd: batchCommand, acknowledged: lastReceived });
  };
  const turn = () => {
    turnScheduled = false;
    acknowledge();
  };
  return {
    take: (batch) => {
      if (!(batch.n > lastReceived)) return;
      lastReceived = batch.n;
      const acknowledgeNow = !turnScheduled && lastReceived - lastAcknowledged >= acknowledgeEvery;
      if (acknowledgeNow) {
        turnScheduled = true;
        afterTurn(turn);
      }
      if (batch.lost !== undefined) lost(batch.lost);
      if ('messages' in batch) messages(batch.messages);
      else
        for (const one of batch.frames) {
          if (isFrame(one)) frame(one);
          else if (!isUnknownFrame(one)) invalid();
        }
      if (acknowledgeNow) acknowledge();
    },
  };
};
