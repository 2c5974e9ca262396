import { processUsage, worker, workerReport } from '../../vocabulary/commonFields.js';
import { ms, optional } from '../../vocabulary/eventField.js';
import type { EventSchemas } from '../../vocabulary/eventSchema.js';
import type { Stamped, WorkerEvent } from '../../vocabulary/events.js';
import type { ProcessUsage, WorkerReport } from '../../vocabulary/stats.js';

/** A sample of a worker. What is not known is left out. */
export type StatsDraft = {
  readonly type: 'stats';
  /** From its fork to the sample, in ms. */
  readonly uptime: number;
  /** What the operating system knows about it. */
  readonly usage?: ProcessUsage;
  /** The last report of the worker about itself. */
  readonly report?: WorkerReport;
  /** How old the report is, in ms. */
  readonly age?: number;
} & WorkerEvent;

export type StatsEvent = Stamped<StatsDraft>;

export const statsEvents: EventSchemas<StatsDraft> = {
  stats: {
    about: 'worker',
    when: 'A sample of the worker, each second from its fork to its exit. Only with the option `stats`, or while `stats$` is subscribed.',
    fields: {
      worker,
      uptime: ms('From its fork to the sample.'),
      usage: optional(processUsage),
      report: optional(workerReport),
      age: optional(ms('How old the report is. A worker that is hung does not report.')),
    },
  },
};
