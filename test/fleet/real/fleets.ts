import type { RollRecord } from '../../../src/fleet.js';
import { type CommandLine, recordsIn, type RunningHost } from './hosts.js';

export const names = (count: number): readonly string[] =>
  Array.from({ length: count }, (_, index) => `h${String(index + 1).padStart(2, '0')}`);

/** Resolves when so many hosts are members and all their workers are available: `fleet top` writes the fleet again each time that it changes. */
export const joined = async ({ begin }: CommandLine, count: number): Promise<void> => {
  const top = begin('top');
  await top.printed(new RegExp(`${count} hosts?, 1 service, ${2 * count} of ${2 * count} workers available`));
  top.signal('SIGTERM');
  await top.ended();
};

/** Of a restart whose states are printed. */
export const plan = ['--canary', '1', '--batch', '3', '--soak', '1s', '--json'] as const;

/** A restart of these hosts only. */
export const only = (hosts: readonly RunningHost[]) => ['--hosts', hosts.map(({ name }) => name).join(',')] as const;

export const deploy = (hosts: readonly RunningHost[], code: string) => hosts.forEach((host) => host.deploy(code));

/** The last state that a command with `--json` has printed. */
export const lastOf = (output: string): RollRecord => {
  const last = recordsIn(output).at(-1);
  if (last === undefined) throw new Error(`expected a record of the restart in: ${output}`);
  return last;
};

export const answerOf = async ({ port }: RunningHost): Promise<string> =>
  (await fetch(`http://127.0.0.1:${port}`)).text();
export const answersOf = (hosts: readonly RunningHost[]) => Promise.all(hosts.map(answerOf));

export const allDone = (hosts: readonly RunningHost[]): string => hosts.map(({ name }) => `${name}: done`).join(', ');
