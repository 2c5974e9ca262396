import { worker } from '../../vocabulary/commonFields.js';
import { number, oneOf, optional } from '../../vocabulary/eventField.js';
import type { EventSchemas } from '../../vocabulary/eventSchema.js';
import type { WorkerEvent } from '../../vocabulary/events.js';

export type RecycleReason = 'memory' | 'age' | 'requests' | 'at';

/** A worker is to be replaced. Its turn comes when no other restart is in progress; it serves until its replacement is available. */
export type RecycleDraft = {
  readonly type: 'recycle';
  readonly why: RecycleReason;
  /** What was measured: bytes, ms since its fork, requests; for `at` the time that was due, in ms since 1970. */
  readonly value: number;
  /** The limit of this worker, in the same unit. Left out for `at`. */
  readonly limit?: number;
  /** How many workers of the slot in a row, this one included, reached a limit within a minute. Left out for one that did not. */
  readonly early?: number;
} & WorkerEvent;

export const recycleEvents: EventSchemas<RecycleDraft> = {
  recycle: {
    about: 'worker',
    when: 'With the option `recycle`: the worker has reached a limit, or the time has come, and it is to be replaced. A `restart` of its slot follows when its turn has come.',
    fields: {
      worker,
      why: oneOf(['memory', 'age', 'requests', 'at'], 'Which limit it has reached; `at`: the time has come.'),
      value: number(
        'What was measured: bytes, ms since its fork, or requests. For `at` the time that was due, in ms since 1970.',
      ),
      limit: optional(number('The limit of this worker, in the same unit. Left out for `at`.')),
      early: optional(
        number(
          'How many workers of the slot in a row, this one included, have reached a limit within a minute. Left out if this one has not.',
        ),
      ),
    },
  },
};
