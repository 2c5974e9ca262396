import { expect, test } from 'vitest';
import { fresh, get, gone, isAlive, master, pidOf, portOf, type Program, type Told } from '../../process/harness.js';

/** Answers with its pid and with what it knows of its slot, then and now. */
const http = `
  import { createServer } from 'node:http';
  import { worker } from 'proteus-cluster/worker';
  const atBoot = worker.slot;
  createServer((request, response) => {
    const { PROTEUS_CLUSTER_SLOT: slot, PROTEUS_CLUSTER_GENERATION: generation, NODE_APP_INSTANCE: instance } = process.env;
    response.end(JSON.stringify({ pid: process.pid, atBoot, slot: worker.slot, env: [slot, generation, instance] }));
  }).listen(0, '127.0.0.1');`;

const started = async (worker: string, more: object = {}): Promise<Program> => {
  const folder = fresh({ 'worker.mjs': worker });
  const running = master(folder, { worker: 2, exec: 'worker.mjs', standby: 1, minUptime: 0, ...more });
  await running.event('started');
  return running;
};

const is = (type: string, pid?: number) => (told: Told) =>
  told.type === type && (pid === undefined || told.worker?.pid === pid);

/** So many requests at a time, until it is ended; each on a connection of its own. Those that fail are counted by nobody: a worker dies meanwhile. */
const load = (port: number) => {
  const answers: string[] = [];
  const state = { ended: false };
  const client = async (): Promise<void> => {
    while (!state.ended) {
      try {
        // oxlint-disable-next-line no-await-in-loop
        answers.push(await get(port));
      } catch {
        // It was answered by the worker that died.
      }
    }
  };
  const clients = Promise.all(Array.from({ length: 8 }, client));
  return {
    answers,
    end: () => {
      state.ended = true;
      return clients;
    },
  };
};

test('a worker that is killed under load is replaced by the standby worker, which knows its slot', async () => {
  const running = await started(http);
  const spare = await running.event('standby-begin');
  expect(spare.worker).toMatchObject({ slot: 0, generation: 0 });
  const port = portOf(await running.event('listening'));
  const clients = load(port);
  const victim = await running.event((told) => told.type === 'ready' && told.worker?.slot === 2);
  process.kill(pidOf(victim), 'SIGKILL');
  const listening = await running.event(is('listening', pidOf(spare)));
  expect(listening.worker).toMatchObject({ id: spare.worker?.id, slot: 2, generation: 2 });
  const next = await running.event((told) => told.type === 'standby-begin' && told.worker?.id !== spare.worker?.id);
  // No request hangs.
  await clients.end();

  const ofSpare = running.past(({ worker }) => worker?.id === spare.worker?.id).map(({ type }) => type);
  expect(ofSpare.slice(0, 4)).toEqual(['standby-begin', 'fork', 'takeover', 'online']);
  const answer = clients.answers.find((text) => text.includes(`"pid":${pidOf(spare)},`));
  expect(JSON.parse(answer ?? '{}')).toEqual({ pid: pidOf(spare), atBoot: 0, slot: 2, env: ['2', '2', '1'] });
  expect(clients.answers.filter((text) => text.includes(`"pid":${pidOf(next)},`))).toEqual([]);
});

test('a restart replaces the standby worker', async () => {
  const running = await started(http);
  const old = await running.event('standby-begin');
  await running.call('restart');
  await running.event(is('standby-end', pidOf(old)));
  const fresh = await running.event((told) => told.type === 'standby-begin' && told.worker?.pid !== old.worker?.pid);
  await gone(pidOf(old));
  process.kill(pidOf(await running.event((told) => told.type === 'replace-end')), 'SIGKILL');
  expect((await running.event('takeover')).worker?.pid).toBe(pidOf(fresh));
});

test('a shutdown ends the standby worker, whose own handlers run, and what holds it does not', async () => {
  const held = `${http}
    import { writeFileSync } from 'node:fs';
    setInterval(() => {}, 1_000);
    process.on('SIGTERM', () => { writeFileSync('ended-' + process.pid, ''); process.exit(); });`;
  const running = await started(held);
  const spare = await running.event('standby-begin');
  running.signal('SIGTERM');
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(isAlive(pidOf(spare))).toBe(false);
  expect(running.past(is('standby-end'))).toMatchObject([{ why: 'the cluster shuts down (SIGTERM)' }]);
  expect(running.past(is('takeover'))).toEqual([]);
});

test('a standby worker that nothing holds leaves by itself when it is dismissed', async () => {
  const running = await started(http);
  const spare = await running.event('standby-begin');
  running.signal('SIGINT');
  const before = performance.now();
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  // It was not killed, which would take five seconds.
  expect(performance.now() - before).toBeLessThan(4_500);
  expect(isAlive(pidOf(spare))).toBe(false);
});

test('no standby worker outlives its master', async () => {
  const running = await started(http);
  const spare = await running.event('standby-begin');
  running.signal('SIGKILL');
  expect(await running.exited()).toEqual({ code: null, signal: 'SIGKILL' });
  await gone(pidOf(spare));
});

test('a standby worker that listens without asking the master is ended, and no other boots before a restart', async () => {
  const exclusive = `
    import { createServer } from 'node:http';
    createServer((request, response) => response.end()).listen({ port: 0, host: '127.0.0.1', exclusive: true });`;
  const running = await started(exclusive);
  const end = await running.event('standby-end');
  expect(end).toMatchObject({ why: expect.stringContaining('listens without asking the master') });
  await gone(pidOf(end));
  await running.call('restart');
  const again = await running.event((told) => told.type === 'standby-end' && told.worker?.pid !== end.worker?.pid);
  expect(again.why).toBe(end.why);
  expect(running.past('standby-begin')).toEqual([]);
});

test('a standby worker that dies is ended with the reason of its exit, and the next one boots', async () => {
  const running = await started(http);
  const spare = await running.event('standby-begin');
  process.kill(pidOf(spare), 'SIGKILL');
  const end = await running.event(is('standby-end', pidOf(spare)));
  expect(end.why).toMatch(/^it was ended by SIGKILL/);
  expect(end.delay).toBeGreaterThan(0);
  await running.event((told) => told.type === 'standby-begin' && told.worker?.pid !== spare.worker?.pid);
  expect(running.past('takeover')).toEqual([]);
});

test('what a standby worker writes is in the log under its slot, first 0', async () => {
  const writing = `
    import { createServer } from 'node:http';
    console.log('boots');
    createServer((request, response) => response.end()).listen(0, '127.0.0.1', () => console.log('listens'));`;
  const folder = fresh({ 'worker.mjs': writing });
  const running = master(folder, { worker: 1, exec: 'worker.mjs', standby: 1, minUptime: 0, log: {} });
  const spare = await running.event('standby-begin');
  process.kill(pidOf(await running.event('ready')), 'SIGKILL');
  await running.event(is('ready', pidOf(spare)));
  const line = (what: string) => new RegExp(`"pid":${pidOf(spare)},.*"slot":(\\d).*"msg":"${what}"`);
  expect((await running.printed(line('boots')))[1]).toBe('0');
  expect((await running.printed(line('listens')))[1]).toBe('1');
});

test('messages of a standby worker arrive when it takes over, and messages to all reach it', async () => {
  const talking = `
    import { createServer } from 'node:http';
    process.send({ cmd: 'boots' });
    process.on('message', ({ cmd }) => process.send({ cmd, got: true }));
    createServer((request, response) => response.end()).listen(0, '127.0.0.1');`;
  const running = await started(talking);
  const spare = await running.event('standby-begin');
  await running.call('send', { cmd: 'news' });
  const said =
    (cmd: string) =>
    ({ type, worker, message }: Told) =>
      type === 'message' && worker?.pid === spare.worker?.pid && JSON.stringify(message).includes(`"${cmd}"`);
  await running.events(({ type, message }) => type === 'message' && JSON.stringify(message).includes('news'), 2);
  expect(running.past(said('boots'))).toEqual([]);
  const victim = await running.event('ready');
  process.kill(pidOf(victim), 'SIGKILL');
  const place = { slot: victim.worker?.slot, generation: 2 };
  expect((await running.event(said('boots'))).worker).toMatchObject(place);
  expect((await running.event(said('news'))).worker).toMatchObject(place);
});

test('a standby worker without the preload takes over and leaves, too', async () => {
  const plain = `
    import { createServer } from 'node:http';
    createServer((request, response) => response.end(String(process.pid))).listen(0, '127.0.0.1');`;
  const running = await started(plain, { preload: false });
  const spare = await running.event('standby-begin');
  process.kill(pidOf(await running.event('ready')), 'SIGKILL');
  await running.event(is('ready', pidOf(spare)));
  const next = await running.event((told) => told.type === 'standby-begin' && told.worker?.pid !== spare.worker?.pid);
  running.signal('SIGTERM');
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(isAlive(pidOf(next))).toBe(false);
});

test('one that is stopped while it waits is reported and killed', async () => {
  const running = await started(http, { health: { interval: 100, timeout: 1_000 } });
  const pid = pidOf(await running.event('standby-begin'));
  process.kill(pid, 'SIGSTOP');
  expect(await running.event('hung')).toMatchObject({ why: 'stopped', worker: { pid, slot: 0 } });
  expect(await running.event('standby-end')).toMatchObject({
    worker: { pid },
    why: 'it left: killed, because it hangs',
    delay: expect.any(Number),
  });
  await gone(pid);
  expect(running.past(({ type }) => type === 'exit' || type === 'restart')).toEqual([]);
});
