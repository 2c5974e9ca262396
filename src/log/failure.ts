import { messageOf } from '../errors.js';
import { harmless } from '../wording.js';
import { logOf } from './log.js';
import type { LogSetting } from './setting.js';

/** Writes what ended a cluster, or kept it from starting, to the log that it was to have; to stderr where that is what could not be had. */
export const tellFailure = ({ log: setting = {} }: { readonly log?: LogSetting | undefined }, why: unknown): void => {
  try {
    const log = logOf(setting).open({ failed: print, dropped: () => {} }, { observed: false, next: () => {} });
    log.failure(why);
    log.close();
  } catch {
    print(why);
  }
};

const print = (error: unknown): void => {
  process.stderr.write(`${harmless(messageOf(error))}\n`);
};
