import { realpathSync } from 'node:fs';
import { join, relative } from 'node:path';
import { isatty } from 'node:tty';
import { parallelism } from './parallelism.js';

/** What the defaults of the options depend on. */
export interface Surroundings {
  readonly platform: string;
  readonly parallelism: number;
  /** The file the process was started with; `undefined` for `node -e` and a REPL. */
  readonly main: string | undefined;
  /** Whether somebody sits in front of it, also where its output goes elsewhere. */
  readonly terminal: boolean;
  /** The current folder, by the name under which it was entered: a link to a release stays a link. */
  readonly base: string;
  /** Whether the name in `base` is a link. */
  readonly linked: boolean;
  readonly args: readonly string[];
  readonly execArgv: readonly string[];
}

export const surroundings = (): Surroundings => {
  const cwd = process.cwd();
  const base = named(process.env['PWD'], cwd);
  const main = process.argv[1];
  return {
    platform: process.platform,
    parallelism: parallelism(),
    main: main?.startsWith(`${cwd}/`) === true ? join(base, relative(cwd, main)) : main,
    // Not by way of the streams: to look at them is to open them.
    terminal: [0, 1, 2].some((descriptor) => isatty(descriptor)),
    base,
    linked: base !== cwd,
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
