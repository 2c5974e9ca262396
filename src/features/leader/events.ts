import type { WorkerEvent } from '../../vocabulary/events.js';

export type LeaderDraft =
  /** The worker leads, and is told so. One at a time. */
  | ({ readonly type: 'leader-begin' } & WorkerEvent)
  /** The worker leads no longer, and knows it or is gone: only now another one may. */
  | ({ readonly type: 'leader-end'; readonly why: string } & WorkerEvent);
