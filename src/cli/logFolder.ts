import { closeSync, existsSync, lstatSync, mkdirSync, openSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, isAbsolute, join } from 'node:path';
import { UsageError } from './usageError.js';

/** The private folder of this user for the logs of masters in the background. It is created if it is not there. */
const logFolder = (env: Readonly<Record<string, string | undefined>>): string => {
  const state = env['XDG_STATE_HOME'] ?? '';
  const folder = join(isAbsolute(state) ? state : join(homedir(), '.local/state'), 'proteus-cluster');
  try {
    createFolder(folder);
  } catch (error) {
    throw new UsageError(
      `the folder for the log, ${folder}, cannot be created: ${messageOf(error)}. --log <file> names a file`,
    );
  }
  const stat = lstatSync(folder);
  if (!stat.isDirectory() || stat.uid !== process.getuid?.() || (stat.mode & 0o077) !== 0)
    throw new UsageError(
      `the folder for the log, ${folder}, is not private to this user. chmod 700 it, or use --log <file>`,
    );
  return folder;
};

/** Node's own `recursive` never ends where the system says ENOENT for a folder whose parent exists, as in `/proc` and at the mount points of autofs. */
const createFolder = (folder: string): void => {
  if (existsSync(folder)) return;
  createFolder(dirname(folder));
  mkdirSync(folder, { mode: 0o700 });
};

/** The file for the log of a master in the background, which only this user can read. */
export const usualLogFile = (name: string, env: Readonly<Record<string, string | undefined>>): string =>
  join(logFolder(env), `${name.replaceAll(/[^\w.@-]/g, '_')}.log`);

/** Opens a log file for writing at its end. */
export const openLog = (file: string): number => {
  try {
    return openSync(file, 'a', 0o600);
  } catch (error) {
    throw new UsageError(`--log: ${file} cannot be written: ${messageOf(error)}`);
  }
};

export const closeLog = closeSync;

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
