import type { WorkerDraft } from '../../vocabulary/events.js';

/** The worker goes, or has gone, whoever wanted it: nothing more is to be expected of it but its exit. */
export const departs = ({ type }: WorkerDraft): boolean =>
  type === 'leaving' || type === 'retire' || type === 'kill' || type === 'exit';
