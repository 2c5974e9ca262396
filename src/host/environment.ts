import { realpathSync } from 'node:fs';
import { isatty } from 'node:tty';
import { parallelism } from './parallelism.js';

/** The facts about this process that the defaults of the options depend on. */
export interface Environment {
  readonly platform: string;
  /** Whether several processes can listen on one port, each with a queue of its own: Node's `reusePort`. */
  readonly canReusePort: boolean;
  readonly parallelism: number;
  /** The file the process was started with; `undefined` for `node -e` and a REPL. */
  readonly main: string | undefined;
  /** Whether stdin, stdout or stderr is a terminal. */
  readonly terminal: boolean;
  /** The current folder as the shell entered it ($PWD): a symbolic link to a release is not resolved. */
  readonly base: string;
  /** The current folder with symbolic links resolved. */
  readonly cwd: string;
  readonly args: readonly string[];
  readonly execArgv: readonly string[];
}

export const environment = (): Environment => {
  const cwd = process.cwd();
  return {
    platform: process.platform,
    canReusePort: process.platform === 'linux' && Number.parseInt(process.versions.node, 10) >= 22,
    parallelism: parallelism(),
    main: process.argv[1],
    // Not through `process.stdin` etc., because reading these properties opens the streams.
    terminal: [0, 1, 2].some((descriptor) => isatty(descriptor)),
    base: shellPathOf(process.env['PWD'], cwd),
    cwd,
    args: process.argv.slice(2),
    execArgv: process.execArgv,
  };
};

/** $PWD, if it still names the current folder. */
const shellPathOf = (name: string | undefined, cwd: string): string => {
  try {
    return name !== undefined && name.startsWith('/') && realpathSync(name) === cwd ? name : cwd;
  } catch {
    return cwd;
  }
};
