import type { Dropped, EventLine, Gap, MasterReport } from '../../client.js';
import type { EventLevel, LogRecord, StatsEvent } from '../../index.js';
import type { Player } from './view.js';

/** What changes a view, keys apart. `at` is that of the master. */
export type Input =
  | { readonly type: 'found'; readonly at: string; readonly pid?: number }
  | { readonly type: 'report'; readonly at: string; readonly report: MasterReport }
  | { readonly type: 'silent' | 'ended'; readonly at: string }
  | { readonly type: 'event'; readonly at: string; readonly line: EventLine | Gap }
  | { readonly type: 'sample'; readonly at: string; readonly sample: StatsEvent }
  | { readonly type: 'log'; readonly record: LogRecord | Dropped }
  /** Other log lines are selected. */
  | { readonly type: 'no-logs' }
  | { readonly type: 'note'; readonly text: string; readonly level: EventLevel }
  | { readonly type: 'player'; readonly player: Player }
  /** The time. */
  | { readonly type: 'tick'; readonly now: number };
