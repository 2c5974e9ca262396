import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { program, write } from '../process/harness.js';
import { type Place, placeWith } from './proteus.js';

/** A service that crashes on a request, and whose release is broken while the file `bad` is there. */
const worker = `
  import { createServer } from 'node:http';
  import { existsSync } from 'node:fs';
  if (existsSync('bad')) throw new Error('bad release');
  createServer(({ url }, response) => {
    if (url === '/crash') setImmediate(() => { throw new Error('boom'); });
    response.end('ok');
  }).listen(0, '127.0.0.1');
`;

/** A master that records a crash, a failed deploy, a successful one and a shutdown. */
const master = `
  import { rmSync, writeFileSync } from 'node:fs';
  import { filter, firstValueFrom } from 'rxjs';
  import { cluster$, events$, is, restart, shutdown } from 'proteus-cluster';
  import { record } from 'proteus-cluster/record';
  events$.pipe(record('web.jsonl')).subscribe();
  const next = (wanted) => firstValueFrom(events$.pipe(filter(wanted)));
  const started = next(is('started'));
  const listening = next(is('listening'));
  cluster$({ name: 'web', exec: 'worker.mjs', worker: 2, pid: false, log: false, minReadyTime: 100, control: false }).subscribe();
  await started;
  const replaced = next(({ type, worker }) => type === 'available' && worker.generation === 2);
  const { address } = await listening;
  await fetch('http://127.0.0.1:' + address.port + '/crash').catch(() => {});
  await replaced;
  writeFileSync('bad', '');
  await restart();
  rmSync('bad');
  process.kill(process.pid, 'SIGUSR2');
  await next(is('restart-end'));
  await shutdown();
`;

const recorded = async (): Promise<Place> => {
  const place = placeWith({ 'worker.mjs': worker, 'master.mjs': master });
  expect(await program(place.folder, process.execPath, ['master.mjs']).ended()).toEqual({ code: 0, signal: null });
  return place;
};

/** Runs a written test, as anybody would. */
const nodeTest = ({ folder }: Place, file: string) =>
  new Promise<{ readonly passed: boolean; readonly out: string }>((resolve) => {
    const env = { ...process.env, NODE_TEST_CONTEXT: undefined };
    execFile(process.execPath, ['--test', file], { cwd: folder, env }, (error, out) =>
      resolve({ passed: error === null, out }),
    );
  });

test('what real processes did is reproduced: the written test passes, and fails where a decision is another', async () => {
  const place = await recorded();
  const { code, out, err } = await place.proteus('reproduce', 'web.jsonl', '-o', 'incidents');
  expect({ code, out }).toEqual({
    code: 0,
    out: 'incidents/web.txt\nincidents/web.test.mjs: run it with node --test\nThe simulation decides as the master did.\n',
  });
  expect(err).toMatch(/^assumed: A worker that was never forked is assumed to live as /m);
  expect(await nodeTest(place, 'incidents/web.test.mjs')).toMatchObject({
    passed: true,
    out: expect.stringMatching(/^# pass 2$/m),
  });

  const file = join(place.folder, 'incidents/web.test.mjs');
  const text = readFileSync(file, 'utf8');
  expect(text).toContain("message: 'bad release'");
  expect(text).toContain("'restart 1 aborted: replaced none, kept slots 1, 2',");
  expect(text).toContain("'restart 2 done: replaced slots 1, 2, kept none',");
  // As if the pipeline had another backoff.
  write(place.folder, {
    'incidents/web.test.mjs': text.replace(
      'const config = {',
      'const config = { backoff: { initial: 7_000, jitter: 0 },',
    ),
  });
  const failed = await nodeTest(place, 'incidents/web.test.mjs');
  expect(failed.passed).toBe(false);
  expect(failed.out).toMatch(/\+ +'respawn in 7000 ms, /);
  expect(failed.out).toMatch(/- +'respawn in \d+ ms, /);
  expect(failed.out).toMatch(/^# pass 1$/m);

  // The diagram, too: with the file, its line, and both sides below each other.
  const drawn = readFileSync(join(place.folder, 'incidents/web.txt'), 'utf8');
  write(place.folder, {
    'incidents/web.test.mjs': text,
    'incidents/web.txt': drawn.replace(/^ {2}maxSurge .*\n|(?<=^options\n)/m, '  maxSurge 0\n'),
  });
  const red = await nodeTest(place, 'incidents/web.test.mjs');
  expect(red.passed).toBe(false);
  expect(red.out).toMatch(/incidents\/web\.txt:\d+:\d+: .*came out differently/);
  expect(red.out).toMatch(/drawn +\d+ .*\n +came out /);
});

test('what other options would have done is shown beside what happened', async () => {
  const place = await recorded();
  write(place.folder, {
    'new.config.mjs': "export default { name: 'web', exec: 'worker.mjs', worker: 4, minReadyTime: 100, maxSurge: 4 };",
  });
  const { code, out, err } = await place.proteus('rehearse', '--config', 'new.config.mjs', 'web.jsonl');
  expect({ code, err }).toEqual({ code: 0, err: '' });
  expect(out).toMatch(/^ +recorded +simulated +other options\n/);
  expect(out).toMatch(/^restarts aborted +1 +1 +1$/m);
  expect(out).toContain('\nWith its own options the simulation decides as the master did.\n');
  expect(out).toMatch(/\nwhat happened \(a column is \d+ ms\)\n\ndiagram\n/);
  expect(out).toMatch(/\nwhat would have happened \(a column is \d+ ms\)\n\ndiagram\n[^]*worker 4, slot 4/);
  expect(out).toMatch(/\nassumed\n {2}A worker/);
  const json = JSON.parse((await place.proteus('rehearse', '-c', 'new.config.mjs', 'web.jsonl', '--json')).out);
  expect(json).toMatchObject({
    recorded: { restarts: { done: 1, aborted: 1, cancelled: 0 }, gaveUp: false },
    changed: { mostWorkers: 8 },
    differences: [],
  });
  expect(Object.keys(json.control)).not.toContain('events');
});

test('a command line that is wrong, a file that is no recording and one that exists are refused', async () => {
  const { folder, proteus } = placeWith({
    'no.jsonl': 'no recording\n',
    'web.txt': 'mine',
    'web.jsonl': `${JSON.stringify({ recording: 1, format: 1, version: '2.0.0', time: 0, pid: 1, config: {} })}\n${JSON.stringify({ type: 'fork', time: 1, seq: 1, cluster: 'web', worker: { id: 1, slot: 1, generation: 1, cluster: 'web' }, why: 'start' })}\n`,
    'two.config.mjs': "export default { services: { a: { exec: 'worker.mjs' }, b: { exec: 'worker.mjs' } } };",
    'web.config.mjs': "export default { exec: 'worker.mjs' };",
    'worker.mjs': '',
  });
  const refused = async (...args: readonly string[]) => {
    const { code, err, out } = await proteus(...args);
    expect(out).toBe('');
    return `${String(code)} ${err}`;
  };
  expect(await refused('reproduce')).toMatch(/^2 .*expected one recording, got none/);
  expect(await refused('reproduce', 'a', 'b')).toMatch(/^2 .*expected one recording, got a b/);
  expect(await refused('reproduce', 'nothing.jsonl')).toMatch(
    /^1 proteus: recording: .*nothing\.jsonl: there is no such file\n$/,
  );
  expect(await refused('reproduce', 'no.jsonl')).toMatch(
    /^1 proteus: recording: .*no\.jsonl, line 1: is no header, .*Is it one of record\(\) or proteus record\?\n$/,
  );
  expect(await refused('reproduce', 'web.jsonl')).toMatch(/^2 .*the recording does not have the options .*--config/);
  expect(await refused('reproduce', 'web.jsonl', '--from', 'soon')).toMatch(/^2 .*--from: expected a time such as/);
  expect(await refused('reproduce', 'web.jsonl', '--cluster', 'b')).toMatch(
    /^2 .*cluster: expected one of web, got 'b'/,
  );
  expect(await refused('rehearse', 'web.jsonl')).toMatch(/^2 .*expected the configuration to try: --config/);
  expect(await refused('reproduce', 'web.jsonl', '--config', 'two.config.mjs')).toMatch(
    /^2 .*expected a service with the name of the cluster, which --cluster gives, got a, b/,
  );
  expect(await refused('reproduce', 'web.jsonl', '--config', 'web.config.mjs')).toMatch(
    /^2 .*web\.txt exists.*--force/,
  );
  expect(existsSync(join(folder, 'web.test.mjs'))).toBe(false);
  expect(readFileSync(join(folder, 'web.txt'), 'utf8')).toBe('mine');
  expect(await proteus('reproduce', 'web.jsonl', '--config', 'web.config.mjs', '--force')).toMatchObject({ code: 0 });
});

const fork = (id: number) => ({
  type: 'fork',
  time: 1,
  seq: id,
  cluster: 'web',
  why: 'start',
  worker: { id, slot: id, generation: 1, cluster: 'web' },
});

const oneFork = [
  { recording: 1, format: 1, version: '2.0.0', time: 0, pid: 1, config: { web: { worker: 1 } } },
  fork(1),
]
  .map((line) => `${JSON.stringify(line)}\n`)
  .join('');

test('a run that cannot be written as a diagram is a test alone, and the reason is said', async () => {
  const header = { recording: 1, format: 1, version: '2.0.0', time: 0, pid: 1, config: { web: { worker: 1_001 } } };
  const lines = [header, ...Array.from({ length: 1_001 }, (_, index) => fork(index + 1))];
  const { folder, proteus } = placeWith({ 'web.jsonl': `${lines.map((line) => JSON.stringify(line)).join('\n')}\n` });
  const { code, out, err } = await proteus('reproduce', 'web.jsonl');
  expect({ code, out }).toEqual({
    code: 0,
    out: 'web.test.mjs: run it with node --test\nThe simulation decides as the master did.\n',
  });
  expect(err).toContain('No diagram is written, only the test: it has 1001 workers, and a diagram at most 1000 rows\n');
  expect(existsSync(join(folder, 'web.txt'))).toBe(false);
  expect(readFileSync(join(folder, 'web.test.mjs'), 'utf8')).not.toContain('checkDiagram');
});

test('a time of which nothing is recorded, and a folder that cannot be written, are said', async () => {
  const { proteus } = placeWith({ 'web.jsonl': oneFork, 'worker.mjs': '' });
  const refused = async (...args: readonly string[]) => {
    const { code, err } = await proteus('reproduce', 'web.jsonl', ...args);
    return `${String(code)} ${err}`;
  };
  expect(await refused('--from', '2030-01-01')).toMatch(
    /^2 .*expected some from 2030-01-01T00:00:00\.000Z on, got none\. The recording has events from 1970-01-01T00:00:00\.001Z to 1970/,
  );
  expect(await refused('-o', '')).toMatch(/^2 .*--output: expected a folder, got nothing/);
  expect(await refused('-o', 'worker.mjs')).toMatch(
    /^2 .*--output: expected a folder, got worker\.mjs, in which there is a file/,
  );
  expect(await refused('-o', 'x'.repeat(300))).toMatch(
    /^2 .*xxx cannot be written: ENAMETOOLONG.*Name another folder: --output/,
  );
});

test('a configuration that opens something keeps no command', async () => {
  const { proteus } = placeWith({
    'web.jsonl': oneFork,
    'open.config.mjs': "setInterval(() => {}, 1_000); export default { exec: 'worker.mjs', worker: 1 };",
    'server.mjs': 'setInterval(() => {}, 1_000);',
    'worker.mjs': '',
  });
  expect(await proteus('rehearse', '--config', 'open.config.mjs', 'web.jsonl')).toMatchObject({ code: 0, err: '' });
  expect(await proteus('reproduce', '--config', 'open.config.mjs', 'web.jsonl')).toMatchObject({ code: 0 });
  const { code, err } = await proteus('rehearse', '--config', 'server.mjs', 'web.jsonl');
  expect({ code, err }).toEqual({ code: 2, err: expect.stringContaining('server.mjs: expected ') });
});
