/** The feature's name in the frames between the master and the preload. */
export const name = 'leader';

/** The master tells a worker that it is the leader, or that it no longer is. */
export type LeadsFrame = { readonly leads: false } | { readonly leads: true } | TermFrame;

/** The worker leads until a time, and longer with each such frame. */
export interface TermFrame {
  readonly leads: true;
  readonly token: number;
  /** By the monotonic clock of the machine, in ms. So it does not matter how long the frame was under way. */
  readonly until: number;
  /** The same from when the frame was sent, in ms: where the worker has another clock, its term is not longer than this. */
  readonly validFor: number;
}

/** The worker confirms that it is no longer the leader: all subscribers of `leader$` have received false. */
export interface ResignedFrame {
  readonly resigned: true;
  /** Of the term that has ended. */
  readonly token?: number;
  /** Its time is over. */
  readonly expired?: true;
}

export const isLeads = (frame: unknown): frame is LeadsFrame =>
  typeof frame === 'object' && frame !== null && 'leads' in frame && typeof frame.leads === 'boolean';

export const isTerm = (frame: LeadsFrame): frame is TermFrame =>
  'token' in frame &&
  'until' in frame &&
  'validFor' in frame &&
  [frame.token, frame.until, frame.validFor].every(Number.isFinite);

export const isResigned = (frame: unknown): frame is ResignedFrame =>
  typeof frame === 'object' && frame !== null && 'resigned' in frame && frame.resigned === true;
