/** The name under which the master and the preload write to each other about the rotation, and that commands are addressed by. */
export const name = 'pause';

/** What the master tells a worker: to accept connections, or to accept none. */
export interface TurnFrame {
  readonly accept: boolean;
  /** The number of the answer. */
  readonly n: number;
}

/** What the worker answers: whether it accepts connections now. */
export interface TurnedFrame {
  readonly n: number;
  readonly accepts: boolean;
  /** Why that is not what it was told. */
  readonly why?: string;
}

/** How much of a text of a worker is read, in characters. */
const maxTextLength = 8_192;

export const isTurn = (frame: unknown): frame is TurnFrame =>
  typeof frame === 'object' &&
  frame !== null &&
  'accept' in frame &&
  typeof frame.accept === 'boolean' &&
  'n' in frame &&
  typeof frame.n === 'number';

export const isTurned = (frame: unknown): frame is TurnedFrame =>
  typeof frame === 'object' &&
  frame !== null &&
  'n' in frame &&
  typeof frame.n === 'number' &&
  'accepts' in frame &&
  typeof frame.accepts === 'boolean' &&
  (!('why' in frame) || (typeof frame.why === 'string' && frame.why.length <= maxTextLength));
