import { keptLines } from '../registry/runningClusters.js';
import { validateCount } from '../validation/arguments.js';
import type { LogRecord } from '../vocabulary/logRecord.js';

/**
 * The last lines that workers of this process have written, the oldest first: at most so many, of about the last 256 kB. `logs$` has those that follow. With `log: false` there are none.
 * They are kept as bytes and parsed at each call. Default: all that are kept. Throws `ConfigError` for another number than a whole one, 0 or more.
 *
 * @example
 * for (const { worker, msg } of recentLogs(20)) console.log(worker.slot, msg);
 */
export const recentLogs = (count: number = Infinity): readonly LogRecord[] => {
  validateCount('recentLogs()', count);
  return keptLines.last(count);
};
