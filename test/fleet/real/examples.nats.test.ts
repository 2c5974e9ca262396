import { cpSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test, vi } from 'vitest';
import { fresh, program } from '../../process/harness.js';
import { natsServer } from '../natsServer.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));

vi.setConfig({ testTimeout: 120_000 });

test('examples/fleet: a host joins, is restarted by deploy.js, watched by watch.js and asked by nightly.js', async () => {
  const { address } = await natsServer();
  const folder = fresh();
  cpSync(join(root, 'examples/fleet'), join(folder, 'fleet'), { recursive: true });
  symlinkSync(join(root, 'node_modules/@nats-io'), join(folder, 'node_modules/@nats-io'));
  const env = { NATS: address, HOST: 'web1', PORT: '0', SOAK: '100' };
  const start = (name: string, ...args: readonly string[]) =>
    program(folder, process.execPath, [join('fleet', name), ...args], { env });

  const host = start('master.js');
  await Promise.all([host.printed(/fleet: joined/), host.printed(/is ready/)]);
  const watching = start('watch.js');
  const nightly = start('nightly.js');
  await nightly.printed(/^web1: it costs 10, 10, with token \d+$/m);

  const plan = start('deploy.js', 'plan');
  expect(await plan.ended()).toEqual({ code: 0, signal: null });
  expect(plan.output).toBe('web1\n');
  const deploy = start('deploy.js');
  expect(await deploy.ended()).toEqual({ code: 0, signal: null });
  expect(deploy.output).toMatch(/restart of shop: done\. 1 of 1 hosts are restarted\.\n {2}web1: restarted/);
  await watching.printed(/^restart of shop: done, web1 done$/m);
  const abort = start('deploy.js', 'abort');
  expect(await abort.ended()).toMatchObject({ code: 1 });
  expect(abort.output).toContain('The restart of shop is done. There is nothing to abort.');

  host.signal('SIGINT');
  expect(await host.ended()).toEqual({ code: 0, signal: null });
});
