import { messageOf } from '../vocabulary/errors.js';
import { decodePost, isPost } from './decode.js';
import { inbox, type Reader } from './inbox.js';
import type { Receipt } from './frames.js';
import type { Outbox } from './outbox.js';

/**
 * Reads what the other side writes, whatever that is: parcels go to the reader, receipts to the outbox, and what does not fit is told (`unfit`) and ignored. What is no frame of ours is passed over. Never throws.
 */
export const reception = (
  reader: Reader,
  box: Pick<Outbox, 'taken'>,
  send: (receipt: Receipt) => void,
  soon: (act: () => void) => void,
): ((message: unknown) => void) => {
  const incoming = inbox(reader, send, soon);
  return (message) => {
    if (!isPost(message)) return;
    const frame = decodePost(message);
    try {
      if (frame === undefined) reader.unfit();
      else if ('taken' in frame) box.taken(frame.taken);
      else incoming.take(frame);
    } catch (error) {
      // What can be read may still be too deep, or too large, to be written again.
      reader.unfit(messageOf(error));
    }
  };
};
