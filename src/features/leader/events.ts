import { worker } from '../../vocabulary/commonFields.js';
import { text } from '../../vocabulary/eventField.js';
import type { EventSchemas } from '../../vocabulary/eventSchema.js';
import type { WorkerEvent } from '../../vocabulary/events.js';

export type LeaderDraft =
  /** The worker becomes the leader and is told so. One worker at a time. */
  | ({ readonly type: 'leader-begin' } & WorkerEvent)
  /** The worker is no longer the leader: it has confirmed that, or has left. Only now another one may become the leader. */
  | ({ readonly type: 'leader-end'; readonly why: string } & WorkerEvent);

export const leaderEvents: EventSchemas<LeaderDraft> = {
  'leader-begin': {
    about: 'worker',
    when: 'With the option `leader`: the worker becomes the leader, and is told so.',
    fields: { worker },
  },
  'leader-end': {
    about: 'worker',
    when: 'The worker is no longer the leader: it has confirmed that, its channel has closed, or its process has ended. Emitted before the `disconnect` or `exit` that caused it.',
    fields: { worker, why: text('Why its term has ended.') },
  },
};
