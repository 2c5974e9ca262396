import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { onTestFinished } from 'vitest';
import manifest from '../../package.json' with { type: 'json' };

const runFile = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));

export const nodeTypes = `@types/node@${manifest.devDependencies['@types/node']}`;
export const repositoryTsc: string = join(root, 'node_modules/typescript/bin/tsc');

/** What a program has printed, also if it failed. */
export const run = async (command: string, args: readonly string[], cwd: string) => {
  const { stdout, stderr } = await runFile(command, [...args], { cwd }).catch(
    (failed: { readonly stdout: string; readonly stderr: string }) => failed,
  );
  return { stdout, stderr };
};

export const temporary = (): string => mkdtempSync(join(tmpdir(), 'proteus-package-'));

/** Packs the build that the other tests use, too. Returns the file. */
export const pack = async (folder: string): Promise<string> => {
  const { stdout } = await run('npm', ['pack', '--ignore-scripts', '--json', '--pack-destination', folder], root);
  return join(folder, /"filename":\s*"([^"]+)"/.exec(stdout)?.[1] ?? '');
};

/** Installs packages into a folder by npm. Throws what npm says. */
export const npmInstall = (folder: string, ...packages: readonly string[]): Promise<unknown> => {
  write(folder, { 'package.json': '{ "private": true }' });
  return runFile('npm', ['install', '--prefer-offline', '--no-audit', '--no-fund', ...packages], { cwd: folder });
};

export const write = (folder: string, files: Readonly<Record<string, string>>): void => {
  for (const [name, text] of Object.entries(files)) {
    mkdirSync(dirname(join(folder, name)), { recursive: true });
    writeFileSync(join(folder, name), text);
  }
};

/** A new folder with packages in it, for the length of a test. */
export const app = async (...packages: readonly string[]): Promise<string> => {
  const folder = temporary();
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  await npmInstall(folder, ...packages);
  return folder;
};

/** The versions of all copies of RxJS below a folder. pnpm links to one from several places. */
export const copiesOfRxjs = (folder: string): readonly string[] => {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((file) => /(^|\/)node_modules\/rxjs\/package\.json$/.test(file))
    .map((file) => realpathSync(join(folder, file)));
  return [...new Set(files)].map((file) => /"version": "([^"]+)"/.exec(readFileSync(file, 'utf8'))?.[1] ?? 'none');
};

/** Type-checks a file with the given options, and libraries too. Returns the errors. */
export const errorsOf = async (
  tsc: string,
  folder: string,
  file: string,
  options: Readonly<Record<string, string>>,
): Promise<string> => {
  const compilerOptions = {
    target: 'es2022',
    strict: true,
    noEmit: true,
    esModuleInterop: true,
    types: ['node'],
    ...options,
  };
  write(folder, { 'tsconfig.json': JSON.stringify({ compilerOptions, files: [file] }) });
  const { stdout } = await run(process.execPath, [tsc, '-p', folder], folder);
  return stdout;
};

export const consumer = `
import { filter, type Observable } from 'rxjs';
import { cluster$, cmd, events$, is, messages$, type ClusterEvent, type Config } from 'proteus-cluster';
import { changes$ } from 'proteus-cluster/development';
import { checkPolicy, type ClusterStatus, expectNeverFewerReady, rehearse, type Script, simulate, simulatedHost } from 'proteus-cluster/testing';
import { logger, onStop, ready, send, stopping$, worker } from 'proteus-cluster/worker';
const config: Config = { worker: 2 };
const run$: Observable<ClusterEvent> = cluster$(config);
run$.pipe(filter(is('exit'))).subscribe(({ code }) => { const exit: number | null = code; void exit; });
messages$.pipe(filter(cmd('fromWorker'))).subscribe(({ message }) => { const name: 'fromWorker' = message.cmd; void name; });
const script: Script = { duration: 1_000, inputs: [{ at: 1, input: 'restart' }, { at: 2, input: 'pause 1' }] };
const status: ClusterStatus = simulate(config, script).status;
checkPolicy({ config, holds: (simulation) => expectNeverFewerReady(simulation, 1) });
void [status, changes$, rehearse, simulatedHost, logger, onStop, ready, send, stopping$, worker, events$];
// @ts-expect-error the type of worker is a number
const wrong: Config = { worker: '2' };
void wrong;
`;
