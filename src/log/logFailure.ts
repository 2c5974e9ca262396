import { messageOf } from '../vocabulary/errors.js';
import { harmless } from '../vocabulary/wording.js';
import { createLog } from './log.js';
import type { LogSetting } from './logSetting.js';

/** Writes the error that ended a cluster or prevented its start to the cluster's configured log, or to stderr if that log cannot be opened. */
export const logFailure = ({ log: setting = {} }: { readonly log?: LogSetting | undefined }, error: unknown): void => {
  try {
    const log = createLog(setting).open({ failed: print, dropped: () => {} }, { observed: false, next: () => {} });
    log.failure(error);
    log.close();
  } catch {
    print(error);
  }
};

const print = (error: unknown): void => {
  process.stderr.write(`${harmless(messageOf(error))}\n`);
};
