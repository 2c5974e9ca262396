import { worker } from '../../vocabulary/commonFields.js';
import { ms, number, oneOf, optional, text } from '../../vocabulary/eventField.js';
import type { EventSchemas } from '../../vocabulary/eventSchema.js';
import type { WorkerEvent } from '../../vocabulary/events.js';

/** Why a worker does not answer. */
export type HangReason = 'boot' | 'loop' | 'stopped' | 'blocked';

export type HealthDraft =
  /** The worker does not answer heartbeats. `silent`: for how long, in ms, without the time in which the master itself was late. */
  | ({
      readonly type: 'hung';
      readonly why: HangReason;
      readonly silent: number;
      readonly cpu?: number;
      readonly stack?: string;
    } & WorkerEvent)
  /** The worker answers late again and again, because its event loop is busy. Nothing is done about it. */
  | ({ readonly type: 'overloaded'; readonly after: number; readonly utilization: number } & WorkerEvent)
  /** The worker that was reported answers again, or in time again. */
  | ({ readonly type: 'recovered'; readonly from: 'hung' | 'overloaded'; readonly after: number } & WorkerEvent);

export const healthEvents: EventSchemas<HealthDraft> = {
  hung: {
    about: 'worker',
    when: 'The worker has not answered heartbeats for `health.timeout`. If it serves, its replacement is forked first; then it is killed. One that is in no slot yet (0) is killed at once.',
    fields: {
      worker,
      why: oneOf(
        ['boot', 'loop', 'stopped', 'blocked'],
        'It has not been ready, and its boot blocks the event loop · its event loop is blocked by code that runs · it is stopped by a signal or a debugger · its event loop waits for something and uses no CPU.',
      ),
      silent: ms('For how long it has not answered, without the time in which the master itself was late.'),
      cpu: optional(
        number('The share of one core that it has used meanwhile; 1 is a whole core. Left out if unknown.'),
      ),
      stack: optional(
        text(
          'With `health.stack`: where its JavaScript is, one function a line, the innermost first. Left out if unknown.',
        ),
      ),
    },
  },
  overloaded: {
    about: 'worker',
    when: 'The worker answers heartbeats late, three times in a row, because its event loop is busy. Nothing is done about it.',
    fields: {
      worker,
      after: ms('How long its last answer took.'),
      utilization: number('How much of the time its event loop was busy, from 0 to 1.'),
    },
  },
  recovered: {
    about: 'worker',
    when: 'The worker answers again after `hung`, or three times in a row in time after `overloaded`.',
    fields: {
      worker,
      from: oneOf(['hung', 'overloaded'], 'What had been reported.'),
      after: ms('How long its last answer took.'),
    },
  },
};
