import { execFile } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { fresh, program, type Program } from '../process/harness.js';

// Each command is a process, and so is each worker: on a busy machine they take their time.
vi.setConfig({ testTimeout: 60_000 });

export const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

export interface Ran {
  readonly code: number | string | null | undefined;
  readonly out: string;
  readonly err: string;
}

/** A folder with its own control sockets and logs, so that a test sees no masters but its own. */
export interface Place {
  readonly folder: string;
  readonly env: NodeJS.ProcessEnv;
  /** Runs a command, and resolves with what it printed. */
  readonly proteus: (...args: readonly string[]) => Promise<Ran>;
  /** The same with this on its stdin. */
  readonly proteusReads: (stdin: string, ...args: readonly string[]) => Promise<Ran>;
  /** Starts a command that goes on. */
  readonly begin: (...args: readonly string[]) => Program;
  /** Starts a master in the foreground, and resolves when its workers are ready. */
  readonly master: (...args: readonly string[]) => Promise<Program>;
}

export const placeWith = (files: Readonly<Record<string, string>>): Place => {
  const folder = fresh(files);
  mkdirSync(join(folder, 'run'), { mode: 0o700 });
  const env: NodeJS.ProcessEnv = {
    ...process.env,
    PROTEUS_RUNTIME_DIR: join(folder, 'run'),
    XDG_STATE_HOME: join(folder, 'state'),
    PWD: folder,
    NO_COLOR: undefined,
    FORCE_COLOR: undefined,
    COLUMNS: undefined,
  };
  const begin = (...args: readonly string[]) => program(folder, process.execPath, [cli, ...args], { env });
  const proteusReads = (stdin: string, ...args: readonly string[]): Promise<Ran> =>
    new Promise((resolve) => {
      const { stdin: input } = execFile(process.execPath, [cli, ...args], { cwd: folder, env }, (error, out, err) =>
        resolve({ code: error === null ? 0 : error.code, out, err }),
      );
      // Most commands end without reading it.
      input?.on('error', () => {}).end(stdin);
    });
  return {
    folder,
    env,
    begin,
    proteusReads,
    proteus: (...args) => proteusReads('', ...args),
    master: async (...args) => {
      const started = begin('start', ...args);
      await started.printed(/workers? (is|are) ready after/);
      return started;
    },
  };
};
