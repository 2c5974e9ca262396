import { worker } from '../../vocabulary/commonFields.js';
import { boolean, number, oneOf, text } from '../../vocabulary/eventField.js';
import type { EventSchemas } from '../../vocabulary/eventSchema.js';
import type { RotationEvent } from '../../vocabulary/events.js';

export type PauseDraft =
  /** The worker accepts no new connections and does not count as one that serves. Its process stays. */
  | ({ readonly type: 'pause'; readonly why: string } & RotationEvent)
  /** The pause of the worker is over: it accepts connections again (`serves`), or its process has ended. */
  | ({ readonly type: 'resume'; readonly why: string } & RotationEvent)
  /** The worker of the slot could not be paused, or not resumed: all stays as it was. */
  | {
      readonly type: 'pause-refused';
      readonly asked: 'pause' | 'resume';
      readonly slot: number;
      readonly why: string;
    };

export const pauseEvents: EventSchemas<PauseDraft> = {
  pause: {
    about: 'worker',
    when: 'The worker accepts no new connections and does not count as one that serves, until `resume`. Its process stays.',
    fields: {
      worker,
      why: text('Who asked for it.'),
      serves: boolean('`false`: the worker does not count as one that serves.'),
    },
  },
  resume: {
    about: 'worker',
    when: 'The pause of the worker is over. Emitted before the `exit` if it ends with the process; the next worker of the slot is not paused.',
    fields: {
      worker,
      why: text('Who asked for it, or what ended the pause.'),
      serves: boolean('Whether the worker accepts connections again. `false` if its process has ended.'),
    },
  },
  'pause-refused': {
    about: 'master',
    when: 'The worker of a slot could not be paused, or could not be resumed. All stays as it was.',
    fields: {
      asked: oneOf(['pause', 'resume'], 'What was asked for.'),
      slot: number('The slot.'),
      why: text('Why it was not done.'),
    },
  },
};
