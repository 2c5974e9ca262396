import { messageOf } from '../vocabulary/errors.js';
import { harmless } from '../vocabulary/wording.js';
import { createLog } from './log.js';
import type { LogSetting } from './logSetting.js';

/** Writes what ended a cluster, or kept it from starting, to the log that it was to have; to stderr where that is what could not be had. */
export const logFailure = ({ log: setting = {} }: { readonly log?: LogSetting | undefined }, why: unknown): void => {
  try {
    const log = createLog(setting).open({ failed: print, dropped: () => {} }, { observed: false, next: () => {} });
    log.failure(why);
    log.close();
  } catch {
    print(why);
  }
};

const print = (error: unknown): void => {
  process.stderr.write(`${harmless(messageOf(error))}\n`);
};
