import { ControlError } from '../client.js';

/** Whether a stream of a master, or the request for it, failed because the master has ended: also between two requests, when nothing listens there any more. */
export const hasEnded = (error: unknown): boolean =>
  error instanceof ControlError && (error.code === 'ended' || error.code === 'unreachable');
