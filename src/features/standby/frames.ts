/** The name under which the master and the preload write to each other about standby workers. */
export const name = 'standby';

/** From the master to a standby worker: the slot that it takes. */
export interface SlotFrame {
  readonly slot: number;
  readonly generation: number;
}

/** From the master to a standby worker: it is to leave, and what it has asked to listen on is never answered. */
export interface DismissedFrame {
  readonly dismissed: true;
}

export const isSlot = (frame: unknown): frame is SlotFrame =>
  typeof frame === 'object' &&
  frame !== null &&
  'slot' in frame &&
  typeof frame.slot === 'number' &&
  'generation' in frame &&
  typeof frame.generation === 'number';

export const isDismissed = (frame: unknown): frame is DismissedFrame =>
  typeof frame === 'object' && frame !== null && 'dismissed' in frame && frame.dismissed === true;
