import { worker } from '../../vocabulary/commonFields.js';
import { text } from '../../vocabulary/eventField.js';
import type { EventSchemas } from '../../vocabulary/eventSchema.js';
import type { WorkerEvent } from '../../vocabulary/events.js';

export type LeaderDraft =
  /** The worker leads, and is told so. One at a time. */
  | ({ readonly type: 'leader-begin' } & WorkerEvent)
  /** The worker leads no longer, and knows it or is gone: only now another one may. */
  | ({ readonly type: 'leader-end'; readonly why: string } & WorkerEvent);

export const leaderEvents: EventSchemas<LeaderDraft> = {
  'leader-begin': {
    about: 'worker',
    when: 'With the option `leader`: the worker leads, and is told so.',
    fields: { worker },
  },
  'leader-end': {
    about: 'worker',
    when: 'The worker leads no longer: it has answered, its channel has closed, or its process has ended. Emitted before the `disconnect` or `exit` that it follows from.',
    fields: { worker, why: text('Why its term has ended.') },
  },
};
