import { of } from 'rxjs';
import { flag } from '../../validation/rule.js';
import { nameOf } from '../../vocabulary/wording.js';
import type { Feature } from '../contract/feature.js';
import { type StatsDraft, statsEvents } from './events.js';
import { name, type StatsState, statsState } from './state.js';
import { withSamples } from './withSamples.js';

export interface StatsOptions {
  /** Whether the workers are always sampled, so that `events$` has their `stats`; otherwise while `stats$` is subscribed. Default: false. */
  readonly stats?: boolean | undefined;
}

/** What the workers use and do, as events. */
export const workerStats: Feature<'workerStats', StatsOptions, StatsDraft, StatsState> = {
  name,
  options: { stats: { rule: flag, default: false } },
  slice: statsState,
  process: ({ options, wanted$, slice, emit }, slotRef) =>
    withSamples(options.stats ? of(true) : wanted$(name), slice, emit, slotRef),
  events: statsEvents,
  letters: { stats: 'i' },
  sentences: {
    stats: ({ worker, usage, report }) => [
      'trace',
      [
        `${nameOf(worker)}: ${usage === undefined ? 'the system does not tell what it uses' : `${Math.round(usage.rss / 2 ** 20)} MB`}`,
        report === undefined
          ? 'it does not report'
          : `event loop ${Math.round(report.eventLoop.utilization * 100)} % busy, ${report.requests.inFlight} requests in flight`,
      ].join(', '),
    ],
  },
};
