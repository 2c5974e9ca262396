import type { WorkerDraft } from '../../vocabulary/events.js';

/** Whether the worker leaves or has left, asked or not: only its exit is expected from then on. Without a channel it gets no connections. */
export const departs = ({ type }: WorkerDraft): boolean =>
  type === 'leaving' || type === 'retire' || type === 'kill' || type === 'disconnect' || type === 'exit';
