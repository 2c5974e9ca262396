import { messageOf } from '../vocabulary/errors.js';
import { decodeChannelMessage, isChannelMessage } from './decode.js';
import { inbox, type Reader } from './inbox.js';
import type { Acknowledgement } from './frames.js';
import type { Outbox } from './outbox.js';

/**
 * Handles every message of the other process: batches go to the reader, acknowledgements to the outbox; invalid ones are reported with `invalid` and ignored, and messages of others are skipped. Never throws.
 */
export const reception = (
  reader: Reader,
  outgoing: Pick<Outbox, 'acknowledged'>,
  send: (acknowledgement: Acknowledgement) => void,
  afterTurn: (act: () => void) => void,
): ((message: unknown) => void) => {
  const incoming = inbox(reader, send, afterTurn);
  return (message) => {
    if (!isChannelMessage(message)) return;
    const decoded = decodeChannelMessage(message);
    try {
      if (decoded === undefined) reader.invalid();
      else if ('acknowledged' in decoded) outgoing.acknowledged(decoded.acknowledged);
      else incoming.take(decoded);
    } catch (error) {
      // A message can be too deep or too large to be handled or sent on.
      reader.invalid(messageOf(error));
    }
  };
};
