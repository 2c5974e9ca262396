import { expect, test } from 'vitest';
import { fresh, master, type Program, type Told } from '../../process/harness.js';
import { natsServer } from '../natsServer.js';

const worker = `
  import { createServer } from 'node:http';
  import { leaderTerm$, send } from 'proteus-cluster/worker';
  createServer((request, response) => response.end()).listen(0, '127.0.0.1');
  leaderTerm$.subscribe((term) => send({ token: term?.token ?? 0 }));`;

/** A master of two workers that takes part in a fleet. */
const host = async (name: string, address: string): Promise<Program> => {
  const script = `
    const { fleet } = await import('proteus-cluster/fleet');
    fleet({ servers: '${address}', name: 'test', host: '${name}' }).subscribe();
    run({ worker: 2, exec: 'worker.mjs', name: 'shop', leader: 'fleet' });`;
  const running = master(fresh({ 'worker.mjs': worker }), script);
  await running.event('started');
  return running;
};

const tokenOf = ({ message }: Told): number =>
  typeof message === 'object' && message !== null && 'token' in message && typeof message.token === 'number'
    ? message.token
    : 0;
const leads = (told: Told) => told.type === 'message' && tokenOf(told) > 0;
test('one worker of two hosts leads; when its host is killed, one of the other leads with a higher token', async () => {
  const { address } = await natsServer();
  const one = await host('one', address);
  const first = tokenOf(await one.event(leads));
  const two = await host('two', address);

  expect(two.past(leads)).toEqual([]);
  one.signal('SIGKILL');
  expect(tokenOf(await two.event(leads))).toBeGreaterThan(first);
  expect(two.past('leader-begin')).toHaveLength(1);
  // A lease lives for 10 s.
}, 60_000);
