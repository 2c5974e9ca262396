import { worker } from '../../vocabulary/commonFields.js';
import { number, optional, text } from '../../vocabulary/eventField.js';
import type { EventSchemas } from '../../vocabulary/eventSchema.js';
import type { WorkerEvent } from '../../vocabulary/events.js';

export type LeaderDraft =
  /** The worker becomes the leader and is told so. One worker at a time. */
  | ({ readonly type: 'leader-begin' } & Term & WorkerEvent)
  /** The worker is no longer the leader: it has confirmed that, has left, or its time is over. Only now another one may become the leader. */
  | ({ readonly type: 'leader-end'; readonly why: string } & Term & WorkerEvent);

interface Term {
  /** The fencing token of the term; left out if the worker leads this cluster alone. */
  readonly token?: number;
}

const token = optional(number("With `leader: 'fleet'`: the fencing token of the term."));

export const leaderEvents: EventSchemas<LeaderDraft> = {
  'leader-begin': {
    about: 'worker',
    when: 'With the option `leader`: the worker becomes the leader, and is told so.',
    fields: { worker, token },
  },
  'leader-end': {
    about: 'worker',
    when: 'The worker is no longer the leader: it has confirmed that, its channel has closed, its process has ended, or the time of its term is over. Emitted before the `disconnect` or `exit` that caused it.',
    fields: { worker, why: text('Why its term has ended.'), token },
  },
};
