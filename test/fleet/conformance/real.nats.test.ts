import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { concat, filter, lastValueFrom, take, toArray } from 'rxjs';
import { expect, onTestFinished, test } from 'vitest';
import { type NatsStore, natsStore } from '../../../src/fleet/store/natsStore.js';
import { breakableProxy } from '../breakableProxy.js';
import { natsServer } from '../natsServer.js';
import { scripts } from './scripts.js';

const connected = async (servers: string): Promise<NatsStore> => {
  let store: NatsStore | undefined;
  const subscription = natsStore({ servers, name: 'test' }).subscribe((opened) => (store = opened));
  onTestFinished(() => subscription.unsubscribe());
  if (store === undefined) throw new Error('expected a store at once');
  await lastValueFrom(store.reachable$.pipe(filter(Boolean), take(1)));
  return store;
};

test.for(Object.entries(scripts))('a real nats-server: %s', { timeout: 40_000 }, async ([, { does, sees }]) => {
  const server = await natsServer();
  const proxy = await breakableProxy(server.address);
  const [a, b] = [await connected(proxy.address), await connected(server.address)];
  const lines = await lastValueFrom(concat(does({ a, b, cut: proxy.cut, heal: proxy.heal })).pipe(toArray()));
  expect(lines).toEqual(sees);
});

test('a store that is closed while a watch begins leaves nothing that keeps the process alive', async () => {
  const { address } = await natsServer();
  const program = spawn(process.execPath, [join(import.meta.dirname, 'closeWhileOpening.mjs'), address], {
    stdio: 'inherit',
  });
  onTestFinished(() => void program.kill('SIGKILL'));
  expect(await once(program, 'exit')).toEqual([0, null]);
});
