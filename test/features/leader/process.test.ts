import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { fresh, master, pidOf, type Program, program, type Told } from '../../process/harness.js';

/** Serves, and says when its leadership changes, by a clock that all processes of the machine share. */
const following = `
  import { createServer } from 'node:http';
  import { leader$ } from 'proteus-cluster/worker';
  createServer((request, response) => response.end(String(process.pid))).listen(0, '127.0.0.1');
  leader$.subscribe((leads) => process.send({ cmd: 'leads', leads, at: String(process.hrtime.bigint()) }));`;

/** Serves, and knows nothing of leaders. */
const ignorant = `
  import { createServer } from 'node:http';
  createServer((request, response) => response.end(String(process.pid))).listen(0, '127.0.0.1');`;

interface Leads {
  readonly cmd: 'leads';
  readonly leads: boolean;
  readonly at: string;
}

const isLeads = (message: unknown): message is Leads =>
  typeof message === 'object' && message !== null && 'cmd' in message && message.cmd === 'leads';

/** What the workers have said, each change with its pid, in the order of the clock. */
const changes = (running: Program) =>
  running
    .past('message')
    .flatMap((told) => (isLeads(told.message) ? [{ pid: pidOf(told), ...told.message }] : []))
    .toSorted((one, other) => (BigInt(one.at) < BigInt(other.at) ? -1 : 1));

/** The workers that considered themselves the leader, in order. Fails if two did at the same time. */
const leaders = (running: Program): readonly number[] => {
  const terms: number[] = [];
  let leading: number | undefined;
  for (const { pid, leads } of changes(running)) {
    if (leads) {
      expect(leading, `${pid} leads beside another`).toBeUndefined();
      leading = pid;
      terms.push(pid);
    } else if (leading === pid) leading = undefined;
  }
  return terms;
};

const started = async (worker: string, more: object = {}): Promise<Program> => {
  const running = master(fresh({ 'worker.mjs': worker }), { worker: 2, exec: 'worker.mjs', leader: true, ...more });
  await running.event('started');
  return running;
};

/** The worker itself has received that it is the leader. */
const hears = (pid: number) => (told: Told) =>
  told.type === 'message' && isLeads(told.message) && told.message.leads && told.worker?.pid === pid;

const terms = (running: Program) =>
  running
    .past(({ type }) => type === 'leader-begin' || type === 'leader-end')
    .map(({ type, worker }) => `${type} ${worker?.id}`);

test('exactly one worker is told that it is the leader', async () => {
  const running = await started(following, { worker: 3 });
  const first = pidOf(await running.event('leader-begin'));
  await running.event(hears(first));
  running.signal('SIGTERM');
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(leaders(running)).toEqual([first]);
  expect(terms(running)).toHaveLength(2);
  // No worker became the leader when the shutdown ended its term; the others have only reported false, at their start.
  expect(
    changes(running)
      .filter(({ pid }) => pid !== first)
      .map(({ leads }) => leads),
  ).toEqual([false, false]);
});

test('when the leader is killed another one leads', async () => {
  const running = await started(following);
  const first = pidOf(await running.event('leader-begin'));
  await running.event(hears(first));
  process.kill(first, 'SIGKILL');
  const [, next] = await running.events('leader-begin', 2);
  const second = next === undefined ? 0 : pidOf(next);
  await running.event(hears(second));
  expect(second).not.toBe(first);
  expect(await running.event('leader-end')).toMatchObject({ worker: { pid: first } });
});

test('in a restart the old leader has received false before the new one receives true', async () => {
  const running = await started(following);
  await running.event(hears(pidOf(await running.event('leader-begin'))));
  expect((await running.call('restart')).result).toMatchObject({ outcome: 'done' });
  const old = new Set((await running.events('exit', 2)).map(pidOf));
  const last = running.past('leader-begin').at(-1);
  const heir = last === undefined ? 0 : pidOf(last);
  expect(old).not.toContain(heir);
  await running.event(hears(heir));
  expect(leaders(running).at(-1)).toBe(heir);
  for (const { why } of running.past('leader-end')) expect(why).toBe('it leaves');
  // The old one continues to serve until it exits: the end of its term does not wait for that.
  const order = running.told.map(({ type, worker }) => `${type} ${worker?.pid}`);
  const [first] = leaders(running);
  expect(order.indexOf(`leader-end ${first}`)).toBeLessThan(order.indexOf(`exit ${first}`));
});

test('a leader that gets SIGTERM itself resigns before it disconnects', async () => {
  const running = await started(following);
  const first = pidOf(await running.event('leader-begin'));
  await running.event(hears(first));
  process.kill(first, 'SIGTERM');
  const [, next] = await running.events('leader-begin', 2);
  await running.event(hears(next === undefined ? 0 : pidOf(next)));
  expect(leaders(running)).toEqual([first, next?.worker?.pid]);
  expect(await running.event('leader-end')).toMatchObject({ why: 'it leaves', worker: { pid: first } });
});

test('a leader that disconnects by itself leads no longer', async () => {
  const running = await started(`${following}
    process.on('message', () => process.disconnect());`);
  const begin = await running.event('leader-begin');
  await running.event(hears(pidOf(begin)));
  await running.call('send', 'go', begin.worker);
  await running.events('leader-begin', 2);
  expect(await running.event('leader-end')).toMatchObject({ worker: { pid: pidOf(begin) } });
});

test('a leader whose event loop is blocked stays the leader until it has exited', async () => {
  const running = await started(following, { disconnectTimeout: 300 });
  const first = pidOf(await running.event('leader-begin'));
  await running.event(hears(first));
  process.kill(first, 'SIGSTOP');
  expect((await running.call('restart')).result).toMatchObject({ outcome: 'done' });
  const end = await running.event('leader-end');
  expect(end).toMatchObject({ worker: { pid: first } });
  const order = running.told.map(({ type, worker }) => `${type} ${worker?.pid}`);
  expect(order.indexOf(`kill ${first}`)).toBeGreaterThan(0);
  expect(order.indexOf(`leader-end ${first}`)).toBeGreaterThan(order.indexOf(`kill ${first}`));
  // The next term begins when the last one has ended.
  const [, second] = running.past(({ type }) => type.startsWith('leader-'));
  expect(second).toMatchObject({ type: 'leader-end', worker: { pid: first } });
  expect(running.past('leader-begin').length).toBeGreaterThan(1);
});

test('a worker that does not use leader$ confirms nevertheless, and receives only its own messages', async () => {
  const running = await started(`${ignorant}
    process.on('message', (heard) => process.send({ cmd: 'heard', heard }));`);
  await running.event('leader-begin');
  await running.call('send', 'hello');
  await running.events('message', 2);
  expect((await running.call('restart')).result).toMatchObject({ outcome: 'done' });
  expect(running.past('leader-end')[0]).toMatchObject({ why: 'it leaves' });
  expect(running.past('message').map(({ message }) => message)).toEqual([
    { cmd: 'heard', heard: 'hello' },
    { cmd: 'heard', heard: 'hello' },
  ]);
});

test('without the option no worker is told, and no event is emitted', async () => {
  const running = await started(following, { leader: false });
  running.signal('SIGTERM');
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(changes(running).map(({ leads }) => leads)).toEqual([false, false]);
  expect(terms(running)).toEqual([]);
});

test('a worker file that runs alone does not lead', async () => {
  const folder = fresh({
    'worker.mjs': `import { leader$ } from 'proteus-cluster/worker';
      leader$.subscribe((leads) => console.log('leads:', leads));`,
  });
  const alone = program(folder, process.execPath, ['worker.mjs']);
  expect(await alone.ended()).toEqual({ code: 0, signal: null });
  expect(alone.output).toBe('leads: false\n');
});

test.each([
  [
    'a thread',
    `const { Worker } = await import('node:worker_threads'); new Worker('./inner.mjs').on('message', report);`,
  ],
  [
    'a child process',
    `const { fork } = await import('node:child_process'); fork('./inner.mjs').on('message', report);`,
  ],
])('%s of the leader does not lead', async (_, start) => {
  const folder = fresh({
    'inner.mjs': `import { leader$ } from 'proteus-cluster/worker';
      import { parentPort } from 'node:worker_threads';
      leader$.subscribe((leads) => {
        if (parentPort) parentPort.postMessage({ leads });
        else process.send({ leads }, () => process.disconnect());
      });`,
    'worker.mjs': `${ignorant}
      import { leader$ } from 'proteus-cluster/worker';
      const report = (inside) => process.send({ inside });
      const following = leader$.subscribe((leads) => {
        if (!leads) return;
        queueMicrotask(() => following.unsubscribe());
        start();
      });
      const start = async () => { ${start} };`,
  });
  const running = master(folder, { worker: 1, exec: 'worker.mjs', leader: true });
  expect((await running.event('message')).message).toEqual({ inside: { leads: false } });
});

/** Says which term it has, and connects to a port of the test when that is over. */
const termed = `
  import { connect } from 'node:net';
  import { leaderTerm$ } from 'proteus-cluster/worker';
  ${ignorant}
  let last;
  leaderTerm$.subscribe((term) => {
    if (term !== undefined) process.send({ token: term.token, remaining: term.remaining() });
    else if (last !== undefined) {
      process.send({ over: last.token, remaining: last.remaining() });
      connect(Number(process.env.TOLD), '127.0.0.1').on('error', () => {});
    }
    last = term;
  });`;

const inFleet = async () => {
  const told = createServer((socket) => socket.destroy()).listen(0, '127.0.0.1');
  onTestFinished(() => void told.close());
  await once(told, 'listening');
  // A server of TCP has such an address.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const { port } = told.address() as AddressInfo;
  const settings = { worker: 2, exec: 'worker.mjs', leader: 'fleet', env: { TOLD: String(port) } };
  const script = `Object.assign(can, {
    grant: (term) => proteus.grantLeadership('worker.mjs', term),
    withdraw: () => proteus.withdrawLeadership('worker.mjs'),
  }); run(${JSON.stringify({ ...settings, name: 'worker.mjs' })});`;
  const running = master(fresh({ 'worker.mjs': termed }), script);
  await running.event('started');
  return { running, told };
};

const isTold = (key: string, token: number) => (told: Told) =>
  told.type === 'message' &&
  typeof told.message === 'object' &&
  told.message !== null &&
  Reflect.get(told.message, key) === token;

test('the leader of a fleet counts its term itself: it ends while its master is stopped', async () => {
  const { running, told } = await inFleet();
  expect(terms(running)).toEqual([]);
  const over = once(told, 'connection');
  expect((await running.call('grant', { token: 7, validFor: 3_000 })).result).toEqual({ outcome: 'accepted' });
  const begin = await running.event('leader-begin');
  expect(await running.event(isTold('token', 7))).toMatchObject({ worker: { pid: pidOf(begin) } });
  running.signal('SIGSTOP');
  await over;
  expect(running.past('leader-end')).toEqual([]);
  running.signal('SIGCONT');
  expect(await running.event('leader-end')).toMatchObject({ token: 7, why: 'its term was not renewed' });
  expect(await running.event(isTold('over', 7))).toMatchObject({ message: { remaining: 0 } });
  // It may lead again.
  await running.call('grant', { token: 8, validFor: 60_000 });
  await running.event(isTold('token', 8));
});

test('a worker that is stopped may be appointed again: it ends its old term before the next begins', async () => {
  const { running } = await inFleet();
  await running.call('grant', { token: 7, validFor: 3_000 });
  const stopped = pidOf(await running.event(isTold('token', 7)));
  process.kill(stopped, 'SIGSTOP');
  expect(await running.event('leader-end')).toMatchObject({ token: 7, why: 'its term was not renewed' });
  await running.call('grant', { token: 8, validFor: 60_000 });
  expect(await running.event((told) => told.type === 'leader-begin' && Reflect.get(told, 'token') === 8)).toMatchObject(
    {
      worker: { pid: stopped },
    },
  );
  process.kill(stopped, 'SIGCONT');
  await running.event(isTold('token', 8));
  const said = running.past('message').map(({ message }) => message);
  expect(said).toEqual([
    expect.objectContaining({ token: 7 }),
    { over: 7, remaining: 0 },
    expect.objectContaining({ token: 8 }),
  ]);
});

test('a term that is withdrawn ends when the leader has confirmed, and its token is of no more use', async () => {
  const { running } = await inFleet();
  await running.call('grant', { token: 7, validFor: 60_000 });
  await running.event(isTold('token', 7));
  expect((await running.call('withdraw')).result).toEqual({ outcome: 'accepted' });
  await running.event('leader-end');
  await running.event(isTold('over', 7));
  expect((await running.call('grant', { token: 7, validFor: 60_000 })).result).toEqual({
    outcome: 'refused',
    why: 'the term with the token 7 has ended',
  });
  expect(running.past('leader-begin')).toHaveLength(1);
});

test('when the leader of a fleet is killed, another worker leads with the next token', async () => {
  const { running } = await inFleet();
  await running.call('grant', { token: 7, validFor: 60_000 });
  const first = pidOf(await running.event(isTold('token', 7)));
  process.kill(first, 'SIGKILL');
  expect(await running.event('leader-end')).toMatchObject({ token: 7, worker: { pid: first } });
  await running.call('grant', { token: 8, validFor: 60_000 });
  expect(pidOf(await running.event(isTold('token', 8)))).not.toBe(first);
});

test.each([
  [{ token: 0, validFor: 1 }, 'grantLeadership().token: expected a whole number, 1 or more, got 0'],
  [{ token: 1, validFor: 0 }, 'grantLeadership().validFor: expected a time in ms above 0, got 0'],
])('a wrong term is refused: %j', async (term, message) => {
  const { running } = await inFleet();
  expect((await running.call('grant', term)).error?.message).toBe(message);
});
