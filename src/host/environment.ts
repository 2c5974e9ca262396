import { realpathSync } from 'node:fs';
import { isatty } from 'node:tty';
import { parallelism } from './parallelism.js';

/** What the defaults of the options depend on. */
export interface Environment {
  readonly platform: string;
  readonly parallelism: number;
  /** The file the process was started with; `undefined` for `node -e` and a REPL. */
  readonly main: string | undefined;
  /** Whether somebody sits in front of it, also where its output goes elsewhere. */
  readonly terminal: boolean;
  /** The current folder, by the name under which it was entered: a link to a release stays a link. */
  readonly base: string;
  /** The current folder, by the name that it had when the process was started, without links. */
  readonly cwd: string;
  readonly args: readonly string[];
  readonly execArgv: readonly string[];
}

export const environment = (): Environment => {
  const cwd = process.cwd();
  return {
    platform: process.platform,
    parallelism: parallelism(),
    main: process.argv[1],
    // Not by way of the streams: to look at them is to open them.
    terminal: [0, 1, 2].some((descriptor) => isatty(descriptor)),
    base: named(process.env['PWD'], cwd),
    cwd,
    args: process.argv.slice(2),
    execArgv: process.execArgv,
  };
};

/** What the shell calls the current folder, while it still is that. */
const named = (name: string | undefined, cwd: string): string => {
  try {
    return name !== undefined && name.startsWith('/') && realpathSync(name) === cwd ? name : cwd;
  } catch {
    return cwd;
  }
};
