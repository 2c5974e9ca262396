import { isLater, isLetter } from './decode.js';
import { type Frame, type Batch, type Receipt, batchCommand } from './frames.js';

export interface Inbox {
  readonly take: (parcel: Batch) => void;
}

export interface Reader {
  readonly messages: (messages: readonly unknown[]) => void;
  readonly letter: (letter: Frame) => void;
  /** So many did not fit into the sender's queue. */
  readonly lost: (count: number) => void;
  /** Something came that does not fit, or could not be dealt with, and has been passed over. */
  readonly unfit: (why?: string) => void;
}

/** After so much, in messages, it is said how far it has come: a part of what may be under way, so that the other side need not stop. */
const some = 1_024;

/**
 * Opens parcels in the order in which they were sent, each once: one that comes again, or too late, is not opened. It is said how far it has come, not each time, and no more than twice
 * in a turn, so that others get theirs before more can come.
 */
export const inbox = (
  { messages, letter, lost, unfit }: Reader,
  send: (receipt: Receipt) => void,
  soon: (act: () => void) => void,
): Inbox => {
  let last = 0;
  let told = 0;
  let due = false;
  const tell = () => {
    if (last - told < some) return;
    told = last;
    send({ cmd: batchCommand, taken: last });
  };
  const turn = () => {
    due = false;
    tell();
  };
  return {
    take: (parcel) => {
      if (!(parcel.n > last)) return;
      last = parcel.n;
      const isEarly = !due && last - told >= some;
      if (isEarly) {
        due = true;
        soon(turn);
      }
      if (parcel.lost !== undefined) lost(parcel.lost);
      if ('messages' in parcel) messages(parcel.messages);
      else
        for (const one of parcel.letters) {
          if (isLetter(one)) letter(one);
          else if (!isLater(one)) unfit();
        }
      if (isEarly) tell();
    },
  };
};
