import { mkdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { MemberRecord, RollRecord } from '../../../src/fleet.js';
import { fresh, imports, portOf, type Program, program, write } from '../../process/harness.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const cli = join(root, 'dist/cli.js');

/** Code of the service that works: it answers with its release. */
export const release = (name: string): string => `
  import { createServer } from 'node:http';
  createServer((request, response) => response.end('${name}')).listen(0, '127.0.0.1');
`;

/** Code that fails before it listens. */
export const brokenRelease = `throw new Error('the database is missing');`;

/** A host: a folder with the code, and a master of two workers that is in the fleet. */
export interface RunningHost {
  readonly name: string;
  readonly master: Program;
  readonly port: number;
  /** Installs other code; the workers that run keep theirs. */
  readonly deploy: (code: string) => void;
}

export interface HostOptions {
  readonly name: string;
  /** The address of the NATS server, or of a proxy before it. */
  readonly servers: string;
  readonly code?: string;
}

/** It tells what tests wait for: each host sees each change of every other, and all of it would cost as much as the restarts. */
const masterScript = (options: object): string => `${imports}
  import { filter, switchMap, take } from 'rxjs';
  import { fleet, fleetRestart, members$, natsStore } from 'proteus-cluster/fleet';
  const options = ${JSON.stringify(options)};
  can.fleetRestart = (restart) => new Promise((resolve, reject) => {
    const { servers, name } = options;
    natsStore({ servers, name }).pipe(
      switchMap((store) => store.reachable$.pipe(filter(Boolean), take(1), switchMap(() => fleetRestart(store, members$(store), restart)))),
    ).subscribe({ next: resolve, error: reject });
  });
  fleet(options)
    .pipe(filter(({ type }) => type === 'joined' || type === 'name-taken' || type === 'problem'))
    .subscribe((event) => tell({ ...event, type: 'fleet:' + event.type }));
  const config = { exec: 'shop.mjs', name: 'shop', worker: 2, control: false, pid: false, log: { file: 'shop.log' } };
  proteus
    .cluster$({ ...config, ready: 'listening', minReadyTime: 20, maxStartAttempts: 2 })
    .pipe(filter(proteus.is('listening', 'error')))
    .subscribe({ next: tell, error: (error) => tell({ type: 'failed', error }) });
`;

/** Starts a host, and resolves when its service runs and it has joined. */
export const startHost = async ({ name, servers, code = release('1.0.0') }: HostOptions): Promise<RunningHost> => {
  const folder = fresh({ 'shop.mjs': code });
  return beginHost(folder, name, servers);
};

const beginHost = async (folder: string, name: string, servers: string): Promise<RunningHost> => {
  write(folder, { 'master.mjs': masterScript({ servers, name: 'test', host: name }) });
  const master = program(folder, process.execPath, ['master.mjs']);
  const listening = await master.event('listening');
  return { name, master, port: portOf(listening), deploy: (text) => write(folder, { 'shop.mjs': text }) };
};

/** The command in a folder of its own, connected to the fleet of a test. */
export const commandLine = (servers: string) => {
  const folder = fresh();
  mkdirSync(join(folder, 'run'), { mode: 0o700 });
  symlinkSync(join(root, 'node_modules/@nats-io'), join(folder, 'node_modules/@nats-io'));
  const env = { ...process.env, PROTEUS_RUNTIME_DIR: join(folder, 'run') };
  const begin = (...args: readonly string[]): Program =>
    program(folder, process.execPath, [cli, 'fleet', ...args, '--servers', servers, '--fleet', 'test'], { env });
  return {
    begin,
    run: async (...args: readonly string[]) => {
      const running = begin(...args);
      const { code } = await running.ended();
      return { code, output: running.output };
    },
  };
};

export type CommandLine = ReturnType<typeof commandLine>;

/** The hosts of the fleet as `fleet ls --json` has them. */
export const membersOf = async ({ run }: CommandLine): Promise<readonly MemberRecord[]> => {
  const { output } = await run('ls', '--json');
  const { hosts }: { readonly hosts: readonly MemberRecord[] } = JSON.parse(output);
  return hosts;
};

/** The states of a restart that a command with `--json` has printed. */
export const recordsIn = (output: string): readonly RollRecord[] =>
  output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line): RollRecord => JSON.parse(line));

/** `a: done, b: failed`. */
export const statesOf = ({ hosts }: RollRecord): string =>
  hosts.map(({ host, state }) => `${host}: ${state}`).join(', ');
