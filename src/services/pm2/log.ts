import type { App, Mapped } from './app.js';
import { pathOf, textOf } from './readValue.js';

const nowhere: ReadonlySet<unknown> = new Set(['/dev/null', 'NULL']);

/** The log of an app: one file, or two if stdout and stderr have one each. */
export const logOf = ({ get, cwd }: App): Mapped => {
  const [out, error, both] = ['out_file', 'error_file', 'log_file'].map((key) => {
    const value = get(key);
    return typeof value === 'string' && !nowhere.has(value) ? pathOf(key, value, cwd) : undefined;
  });
  const file = both ?? out ?? error;
  if (file === undefined) return {};
  return {
    options: { log: { file, ...(both === undefined && error !== file && error !== undefined && { stderr: error }) } },
  };
};

/** Where a key names no file. pm2 also has the option as a flag. Throws `ConfigError` for what is neither. */
export const withoutFile = (key: string, value: unknown): Mapped => {
  if (typeof value !== 'boolean') textOf(key, value);
  return nowhere.has(value)
    ? { note: `${key} is ignored: output is not discarded. Without a file it goes to the stdout of the master` }
    : {};
};
