import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fresh, get, master, portOf, type Program, type Told, workers, write } from './harness.js';

/** Answers with the name of its cluster, on a port that is given, or on any. */
const named = `
  import { createServer } from 'node:http';
  createServer((request, response) => response.end(process.env.NAME)).listen(Number(process.env.PORT ?? 0), '127.0.0.1');
  process.on('message', (message) => process.send({ cmd: 'heard', by: process.env.NAME, message }));
`;

const one = { worker: 1, exec: 'worker.mjs' };
const web = { ...one, name: 'web', env: { NAME: 'web' } };
const jobs = { ...one, name: 'jobs', env: { NAME: 'jobs' } };
const both = `run(${JSON.stringify(web)}); run(${JSON.stringify(jobs)});`;

const of =
  (cluster: string, type: string) =>
  (told: Told): boolean =>
    told.type === type && told.cluster === cluster;

/** Two clusters that serve, each on a port that the system gave it. */
const start = async (folder = fresh({ 'worker.mjs': named }), script = both) => {
  const program = master(folder, script);
  await program.event(of('web', 'started'));
  await program.event(of('jobs', 'started'));
  const ports = {
    web: portOf(await program.event(of('web', 'listening'))),
    jobs: portOf(await program.event(of('jobs', 'listening'))),
  };
  return { program, ports };
};

const says =
  (cmd: string) =>
  (told: Told): boolean =>
    JSON.stringify(told.message ?? '').includes(`"cmd":"${cmd}"`);

const clustersOf = (program: Program, type: string) => program.past(type).map(({ cluster }) => cluster);

test('two clusters whose workers listen on port 0 have a port each, also after a roll of both', async () => {
  const { program, ports } = await start();
  expect(ports.web).not.toBe(ports.jobs);
  expect([await get(ports.web), await get(ports.jobs)]).toEqual(['web', 'jobs']);
  const { result } = await program.call('restart');
  expect(result).toEqual({
    outcome: 'done',
    replaced: [1, 1],
    kept: [],
    clusters: {
      web: { outcome: 'done', replaced: [1], kept: [] },
      jobs: { outcome: 'done', replaced: [1], kept: [] },
    },
  });
  expect(program.past(of('web', 'listening')).map(portOf)).toEqual([ports.web, ports.web]);
  expect(program.past(of('jobs', 'listening')).map(portOf)).toEqual([ports.jobs, ports.jobs]);
  expect([await get(ports.web), await get(ports.jobs)]).toEqual(['web', 'jobs']);
});

test('a cluster that ends closes its port, and the other one keeps its own', async () => {
  const { program, ports } = await start();
  await program.call('shutdown', { cluster: 'web' });
  await expect(get(ports.web)).rejects.toThrow('ECONNREFUSED');
  expect(await get(ports.jobs)).toBe('jobs');
  expect(clustersOf(program, 'shutdown')).toEqual(['web']);
  expect(program.past(of('jobs', 'exit'))).toEqual([]);
});

test('a port that another cluster has is in use, the exit says so, and the other cluster is left alone', async () => {
  const folder = fresh({ 'worker.mjs': named });
  const { program, ports } = await start(
    folder,
    `${both} can.third = (env) => { run({ ...${JSON.stringify(one)}, name: 'third', maxForkCount: 1, env }); };`,
  );
  await program.call('third', { NAME: 'third', PORT: String(ports.web) });
  const exit = await program.event(of('third', 'exit'));
  expect(exit.cause?.message).toMatch(new RegExp(`EADDRINUSE.* 127\\.0\\.0\\.1:${ports.web}$`));
  expect(await program.event('failed')).toMatchObject({ error: { name: 'ForkLimitError' } });
  expect(await get(ports.web)).toBe('web');
  expect((await program.call('restart')).result).toMatchObject({ outcome: 'done' });
  expect(await get(ports.web)).toBe('web');
});

test('a Unix socket and a UDP port are kept apart too', async () => {
  const datagrams = `
    import { createSocket } from 'node:dgram';
    import { createServer } from 'node:net';
    const taken = ({ code }) => process.send({ cmd: 'taken', by: process.env.NAME, code });
    createSocket('udp4').on('error', taken).on('listening', function () { process.send({ cmd: 'udp', port: this.address().port }); }).bind(0, '127.0.0.1');
    createServer().on('error', taken).listen('socket', () => process.send({ cmd: 'unix', by: process.env.NAME }));
  `;
  const folder = fresh({ 'worker.mjs': datagrams });
  const program = master(
    folder,
    `run({ ...${JSON.stringify(web)}, ready: 'online' });
     can.second = () => { run({ ...${JSON.stringify(jobs)}, ready: 'online' }); };`,
  );
  expect(await program.event(says('unix'))).toMatchObject({ message: { by: 'web' } });
  await program.call('second');
  expect(await program.event(says('taken'))).toMatchObject({ message: { by: 'jobs', code: 'EADDRINUSE' } });
  const udp = await program.events(says('udp'), 2);
  expect(new Set(udp.map(({ message }) => JSON.stringify(message))).size).toBe(2);
});

test('one SIGTERM ends all clusters, and the pid file exists until the last worker has exited', async () => {
  const folder = fresh({ 'worker.mjs': named });
  const { program } = await start(folder);
  const pidFile = join(folder, 'master.pid');
  expect(readFileSync(pidFile, 'utf8')).toBe(`${program.pid}\n`);
  await program.call('shutdown', { cluster: 'web' });
  expect(readFileSync(pidFile, 'utf8')).toBe(`${program.pid}\n`);
  program.signal('SIGTERM');
  expect(await program.ended()).toEqual({ code: 0, signal: null });
  expect(clustersOf(program, 'end')).toEqual(['web', 'jobs']);
  expect(existsSync(pidFile)).toBe(false);
});

test('shutdown() ends all clusters and resolves when all workers have exited; a cluster can then be started again', async () => {
  const folder = fresh({ 'worker.mjs': named });
  const { program } = await start(folder, `${both} can.again = () => { run(${JSON.stringify(web)}); };`);
  await program.call('shutdown', { cluster: 'web' });
  const before = program.told.length;
  await program.call('again');
  await program.event(of('web', 'started'), before);
  await program.call('shutdown');
  expect(new Set(clustersOf(program, 'end').slice(1))).toEqual(new Set(['jobs', 'web']));
  expect(existsSync(join(folder, 'master.pid'))).toBe(false);
});

test('forceShutdown({ cluster }) kills the workers of that one alone', async () => {
  const { program } = await start(fresh({ 'worker.mjs': `${named} setInterval(() => {}, 1_000);` }));
  await program.call('forceShutdown', { cluster: 'jobs' });
  expect(program.past('exit')).toMatchObject([{ cluster: 'jobs', signal: 'SIGKILL' }]);
});

test('restart({ cluster }) rolls that one alone, with the result as of one', async () => {
  const { program } = await start();
  const { result } = await program.call('restart', { cluster: 'jobs' });
  expect(result).toEqual({ outcome: 'done', replaced: [1], kept: [] });
  expect(clustersOf(program, 'restart-begin')).toEqual(['jobs']);
});

test('of a restart of several the worst outcome counts, and each has its own', async () => {
  const folder = fresh({ 'worker.mjs': named, 'other.mjs': named });
  const { program } = await start(
    folder,
    `run(${JSON.stringify({ ...web, exec: 'other.mjs' })}); run(${JSON.stringify(jobs)});`,
  );
  write(folder, { 'other.mjs': 'throw new Error("broken");' });
  const { result } = await program.call('restart');
  expect(result).toMatchObject({
    outcome: 'aborted',
    replaced: [1],
    kept: [1],
    cause: { why: expect.stringContaining('broken') },
    clusters: { web: { outcome: 'aborted', kept: [1] }, jobs: { outcome: 'done', replaced: [1] } },
  });
});

test('a message is sent to a worker of any cluster, to all of one cluster, or to all', async () => {
  const { program } = await start();
  const heard = async (count: number) =>
    (await program.events(({ message }) => JSON.stringify(message ?? '').includes('heard'), count))
      .map(({ message }) => message)
      .at(-1);
  const worker = await program.event(of('jobs', 'fork'));
  await program.call('send', 'for one', { id: worker.worker?.id });
  expect(await heard(1)).toMatchObject({ by: 'jobs', message: 'for one' });
  await program.call('send', 'for web', { cluster: 'web' });
  expect(await heard(2)).toMatchObject({ by: 'web', message: 'for web' });
  await program.call('send', 'for all');
  await heard(4);
  expect(await program.call('send', 'nobody', { id: 99 })).toMatchObject({
    error: { name: 'MessageError', message: 'send: worker 99 has left' },
  });
});

test('another pid file in the same master is refused with both paths; the same one, or none, is not', async () => {
  const folder = fresh({ 'worker.mjs': named });
  const { program } = await start(
    folder,
    `run(${JSON.stringify(web)});
     run({ ...${JSON.stringify(one)}, name: 'other', pid: 'other.pid' });
     run({ ...${JSON.stringify(one)}, name: 'none', pid: false });
     run({ ...${JSON.stringify(jobs)}, pid: './no/../master.pid' });`,
  );
  await program.event(of('none', 'started'));
  const paths = `pid: ${join(folder, 'other.pid')} is not the pid file of this master, which is ${join(folder, 'master.pid')}`;
  expect(program.past('failed')).toMatchObject([{ error: { name: 'PidFileError' } }]);
  expect(program.past('failed')[0]?.error?.message).toContain(paths);
  expect(existsSync(join(folder, 'other.pid'))).toBe(false);
  expect(program.past(of('other', 'fork'))).toEqual([]);
});

test('the pid file of clusters that were unsubscribed is removed with the last process of the last one', async () => {
  const folder = fresh({ 'worker.mjs': workers.stubborn });
  const program = master(
    folder,
    `import { existsSync } from 'node:fs';
     const there = [${JSON.stringify(web)}, ${JSON.stringify(jobs)}].map((config) => run(config));
     can.drop = (index) => { there[index].unsubscribe(); return existsSync('master.pid'); };`,
  );
  await program.event(of('web', 'started'));
  await program.event(of('jobs', 'started'));
  expect(await program.call('drop', 0)).toMatchObject({ result: true });
  expect(await program.call('drop', 1)).toMatchObject({ result: true });
  expect(await program.ended()).toEqual({ code: 0, signal: null });
  expect(existsSync(join(folder, 'master.pid'))).toBe(false);
});

const unknown = (what: string) => ({
  error: {
    name: 'NotRunningError',
    message: `${what}: expected a running cluster 'wbe', there is 'web', 'jobs'`,
  },
});

test.each(['restart', 'shutdown', 'forceShutdown'])(
  '%s() without a cluster, or with a wrong argument, is refused, and nothing happens',
  async (name) => {
    const { program } = await start();
    expect(await program.call(name, { cluster: 'wbe' })).toMatchObject(unknown(`${name}()`));
    expect((await program.call(name, { cluster: 3 })).error).toMatchObject({
      name: 'ConfigError',
      message: `${name}().cluster: expected a string that is not empty, got 3`,
    });
    expect((await program.call(name, { clutser: 'web' })).error?.message).toBe(
      `${name}().clutser: is not an option. Did you mean ${name}().cluster?`,
    );
    expect((await program.call(name, 'web')).error?.message).toBe(
      `${name}(): expected ${name === 'restart' ? '{ cluster: name, slot: number }' : '{ cluster: name }'}, or nothing, got "web"`,
    );
    expect(program.past(({ type }) => /restart|shutdown/.test(type))).toEqual([]);
  },
);

test('send() without a recipient, or with a wrong argument, is refused, and nothing is sent', async () => {
  const { program } = await start();
  expect(await program.call('send', 'hello', { cluster: 'wbe' })).toMatchObject(unknown('send()'));
  expect((await program.call('send', 'hello', 3)).error?.message).toContain('send(): expected { cluster: name }');
  expect((await program.call('send', 'hello', { id: 'one' })).error?.message).toBe(
    'send().id: expected the id of a worker, got "one"',
  );
  await program.call('send', 'last');
  const heard = await program.event('message');
  expect(heard).toMatchObject({ message: { message: 'last' } });
});

test('eleven clusters, each with a log of its own, and eleven subscriptions of a signal share their listeners: no warning of a leak, and none is left', async () => {
  const program = master(
    fresh({ 'worker.mjs': named }),
    `for (let i = 1; i <= 11; i += 1) {
       run({ name: 'c' + i, worker: 1, exec: 'worker.mjs', log: { file: i + '.log' } });
       proteus.signal$('SIGTERM').subscribe();
     }
     const counts = () => ['SIGTERM', 'SIGINT', 'SIGUSR2', 'SIGHUP'].map((name) => process.listenerCount(name));
     tell({ type: 'counts', value: counts() });
     process.on('exit', () => tell({ type: 'left', value: counts() }));
     can.counts = counts;`,
  );
  expect((await program.event('counts')).value).toEqual([1, 1, 1, 1]);
  await program.events('started', 11);
  expect((await program.call('counts')).result).toEqual([1, 1, 1, 1]);
  program.signal('SIGINT');
  expect(await program.ended()).toEqual({ code: 0, signal: null });
  // The subscriptions of the program itself.
  expect(program.past('left')).toMatchObject([{ value: [1, 0, 0, 0] }]);
  expect(program.output).not.toContain('MaxListenersExceededWarning');
});
