import { cpSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import {
  app,
  consumer,
  copiesOfRxjs,
  errorsOf,
  nodeTypes,
  npmInstall,
  pack,
  repositoryTsc,
  run,
  temporary,
  write,
} from './app.js';

const folder = temporary();
let tarball = '';
beforeAll(async () => {
  tarball = await pack(folder);
}, 60_000);
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** An hour of crashes, in virtual time. */
const rehearsal = `
import { takeUntil, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { rehearse, simulatedHost } from 'proteus-cluster/testing';
const scheduler = new TestScheduler(() => {});
scheduler.run(() => {
  const host = simulatedHost({ behave: () => ({ crashes: { after: 600_000 } }) });
  const exits = [];
  rehearse(host, { worker: 1 }).pipe(takeUntil(timer(3_610_000))).subscribe({
    next: ({ type }) => type === 'exit' && exits.push(Math.floor(scheduler.now() / 600_000)),
    complete: () => console.log(exits.join()),
  });
});
`;

const master = `
import { takeUntil, timer } from 'rxjs';
import { cluster$, shutdown } from 'proteus-cluster';
cluster$({ exec: 'worker.mjs', worker: 1, pid: false, log: false, ready: 'online', minReadyTime: 1 })
  .subscribe(({ type }) => type === 'started' && shutdown());
`;
const files = {
  'rehearsal.mjs': rehearsal,
  'master.mjs': master,
  'worker.mjs': "import { createServer } from 'node:http'; createServer().listen(0);",
  'consumer.mts': consumer,
};

const worksIn = async (place: string) => {
  write(place, files);
  expect(await errorsOf(repositoryTsc, place, 'consumer.mts', { module: 'nodenext' })).toBe('');
  expect(await run(process.execPath, ['rehearsal.mjs'], place)).toEqual({ stdout: '1,2,3,4,5,6\n', stderr: '' });
  expect(await run(process.execPath, ['master.mjs'], place)).toEqual({ stdout: '', stderr: '' });
};

test.each([
  ['7.8.0', /^7\.8\.0$/],
  ['^7.8.0', /^7\./],
])(
  'beside rxjs %s there is one copy, and types and virtual time are its own',
  async (version, expected) => {
    const place = await app(tarball, `rxjs@${version}`, nodeTypes);
    expect(copiesOfRxjs(place)).toEqual([expect.stringMatching(expected)]);
    await worksIn(place);
  },
  120_000,
);

test('pnpm installs one copy, and the package works without anything that is hoisted', async () => {
  const tools = await app('pnpm@10');
  const place = join(tools, 'app');
  write(place, { 'package.json': '{ "private": true }' });
  const pnpm = join(tools, 'node_modules/pnpm/bin/pnpm.cjs');
  await run(
    process.execPath,
    [
      pnpm,
      'add',
      '--prefer-offline',
      '--config.hoist=false',
      '--store-dir',
      join(tools, 'store'),
      tarball,
      'rxjs',
      nodeTypes,
    ],
    place,
  );
  expect(copiesOfRxjs(join(place, 'node_modules/.pnpm'))).toHaveLength(1);
  await worksIn(place);
}, 120_000);

test('a second copy that the application has loaded is reported once, and one that it has not is not', async () => {
  const place = await app(tarball, 'rxjs@7.8.0');
  write(place, files);
  const second = join(place, 'node_modules/proteus-cluster');
  await npmInstall(join(place, 'other'), 'rxjs@7.8.1');
  cpSync(join(place, 'other/node_modules'), join(second, 'node_modules'), { recursive: true });
  const { stderr } = await run(process.execPath, ['master.mjs'], place);
  expect(stderr.match(/PROTEUS_CLUSTER_TWO_RXJS/g)).toHaveLength(1);
  expect(stderr).toContain(`7.8.0 from ${join(place, 'node_modules/rxjs')}`);
  expect(stderr).toContain(`7.8.1 from ${join(second, 'node_modules/rxjs')}`);
  expect(stderr).toContain('npm dedupe');
  write(place, { 'master.mjs': master.replace(/import .* from 'rxjs';/, '') });
  expect(await run(process.execPath, ['master.mjs'], place)).toEqual({ stdout: '', stderr: '' });
}, 120_000);
