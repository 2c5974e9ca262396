import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gone, workers } from '../process/harness.js';
import { placeWith } from './proteus.js';

/** A worker with a request in flight, which it never answers. */
const holding = `
  import { createServer, get } from 'node:http';
  const server = createServer(() => {}).listen(0, '127.0.0.1', () => get({ port: server.address().port }).on('error', () => {}));
`;

test('ls shows the clusters that run, in full, narrow, as names and as JSON', async () => {
  const { proteus, master } = placeWith({ 'web.mjs': workers.http });
  expect(await proteus('ls')).toEqual({ code: 0, out: 'No master runs. Start one: proteus start <file>\n', err: '' });
  expect(await proteus('ls', '--json')).toEqual({ code: 0, out: '[]\n', err: '' });
  const { pid } = await master('web.mjs', '-w', '2');

  const { out } = await proteus('ls');
  expect(out.split('\n')[0]?.split(/ {2,}/)).toEqual([
    'cluster',
    'pid',
    'state',
    'ready',
    'restarts',
    'crashes',
    'uptime',
    'listens on',
  ]);
  expect(out).toMatch(new RegExp(String.raw`^web +${pid} +running +2/2 +0 +0 +\d+s +127\.0\.0\.1:\d+\n$`, 'm'));
  expect(await proteus('ls', '--names', '--all')).toEqual({ code: 0, out: 'web\n', err: '' });
  const answer = JSON.parse((await proteus('ls', '--json')).out);
  expect(answer).toMatchObject([{ pid, clusters: [{ cluster: 'web', phase: 'running', ready: 2, size: 2 }] }]);
  expect(JSON.parse((await proteus('status', 'web', '--json')).out)).toMatchObject([{ pid }]);
});

test('describe shows slots, workers and decisions, one slot, and the options', async () => {
  const { proteus, master } = placeWith({ 'web.mjs': workers.http });
  const { pid } = await master('web.mjs', '-w', '2');
  const { out } = await proteus('describe');
  expect(out).toMatch(/^web running\n/);
  expect(out).toContain(`pid ${pid}, proteus-cluster `);
  expect(out).toMatch(/last decisions\n {2}\d\d:\d\d:\d\d {2}2 workers are ready after/);
  const { out: slot } = await proteus('show', 'web', '--slot', '2');
  expect(slot).toMatch(/^web slot 2 running\n[^]*\nworker 2 \w+\n[^]*listens on +127\.0\.0\.1:\d+\n/);
  expect(JSON.parse((await proteus('describe', '--slot', '1', '--json')).out)).toMatchObject([{ slot: 1 }]);
  expect(JSON.parse((await proteus('describe', '--config')).out)).toMatchObject({ web: { worker: 2 } });
  expect(await proteus('describe', '--slot', '9')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/slot: expected an existing slot/),
  });
});

test('ping answers with the versions', async () => {
  const { proteus, master } = placeWith({ 'web.mjs': workers.http });
  const { pid } = await master('web.mjs', '-w', '1');
  const answered = new RegExp(
    String.raw`^web \(pid ${pid}\) answered in \d.*: proteus-cluster .*, Node ${process.version}\n$`,
  );
  expect(await proteus('ping')).toMatchObject({ code: 0, out: expect.stringMatching(answered) });
  expect(await proteus('ping', '--all')).toMatchObject({ code: 0, out: expect.stringMatching(answered) });
  expect(JSON.parse((await proteus('ping', '--json')).out)).toMatchObject({ pid, node: process.version });
});

test('a restart tells of each slot, and ends with 0', async () => {
  const { proteus, master } = placeWith({ 'web.mjs': workers.http });
  await master('web.mjs', '-w', '2');
  expect(await proteus('restart')).toMatchObject({
    code: 0,
    err: '',
    out: expect.stringMatching(
      new RegExp(
        String.raw`^web: restart 1, 2 slots\n {2}slot 1 {2}worker 3 \(pid \d+\) serves after .* {2}\[1/2\]\n {2}slot 2 {2}worker 4 .*\[2/2\]\ndone: web \(pid \d+\) restarted in .*\n$`,
      ),
    ),
  });
  expect(await proteus('reload', 'web', '--slot', '2')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/slot 2 {2}worker 5 .*\[1\/1\]/),
  });
  const lines = (await proteus('restart', '--json')).out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines[0]).toMatchObject({ event: { type: 'restart' } });
  expect(lines.at(-1)).toMatchObject({ result: { outcome: 'done', replaced: [1, 2] } });
});

test('an aborted restart ends with 1 and its cause, and the old workers stay', async () => {
  const { folder, proteus, master } = placeWith({ 'web.mjs': workers.http });
  await master('web.mjs', '-w', '2');
  writeFileSync(join(folder, 'web.mjs'), `throw new Error('the release is broken')`);
  const { code, out } = await proteus('restart');
  expect(code).toBe(1);
  expect(out).toMatch(/ {2}slot 1 {2}is not replaced\n/);
  expect(out).toMatch(
    /aborted: web \(pid \d+\) after .*Error: the release is broken\nReplaced: none; kept: slots 1, 2\.\n$/,
  );
  expect((await proteus('ls')).out).toMatch(/running +2\/2/);
});

test('a master that is killed during a restart ends it with 1', async () => {
  const { folder, proteus, master, begin } = placeWith({ 'web.mjs': workers.http });
  const running = await master('web.mjs', '-w', '1');
  // It never becomes ready, so the restart goes on.
  writeFileSync(join(folder, 'web.mjs'), `setInterval(() => {}, 1000)`);
  const restarting = begin('restart');
  await restarting.printed(/restart 1, 1 slot/);
  running.signal('SIGKILL');
  expect(await restarting.ended()).toEqual({ code: 1, signal: null });
  expect(restarting.output).toMatch(/proteus: the master ended, or closed the connection/);
  expect(await proteus('ls')).toMatchObject({ code: 0, out: expect.stringMatching(/^No master runs/) });
});

test('Ctrl-C leaves a restart to the master', async () => {
  const { folder, proteus, master, begin } = placeWith({ 'web.mjs': workers.http });
  await master('web.mjs', '-w', '1');
  writeFileSync(join(folder, 'web.mjs'), `setInterval(() => {}, 1000)`);
  const restarting = begin('restart');
  await restarting.printed(/restart 1, 1 slot/);
  restarting.signal('SIGINT');
  expect(await restarting.ended()).toEqual({ code: 130, signal: null });
  expect(restarting.output).toContain('The restart goes on in the master. Watch it: proteus events -f\n');
  expect((await proteus('ls')).out).toContain('restarting');
});

test('scale changes the number of workers', async () => {
  const { proteus, master } = placeWith({ 'web.mjs': workers.http });
  const running = await master('web.mjs', '-w', '1');
  expect(await proteus('scale', '3')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^web \(pid \d+\) is scaled to 3 workers\n$/),
  });
  await running.printed(/from 1 to 3 workers/);
  expect(await proteus('scale', 'web', '0')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/expected a whole number from 1 on, got 0/),
  });
  expect(await proteus('scale', '3', 'web')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/scale: <workers>: .* got web/),
  });
  expect(await proteus('scale')).toMatchObject({ code: 2, err: expect.stringMatching(/scale: expected <workers>/) });
});

test('stats -f ends with the master, which is no failure', async () => {
  const { begin, master } = placeWith({ 'web.mjs': workers.http });
  const running = await master('web.mjs', '-w', '1');
  const following = begin('stats', '-f');
  await following.printed(/cluster +slot +worker/);
  running.signal('SIGKILL');
  expect(await following.ended()).toEqual({ code: 0, signal: null });
  expect(following.output).toMatch(/web \(pid \d+\) has ended\n$/);
});

test('stats -a -f does not show the workers of a master that has ended', async () => {
  const { begin, master } = placeWith({ 'web.mjs': workers.http, 'job.mjs': workers.http });
  await master('web.mjs', '-w', '1');
  const job = await master('job.mjs', '-w', '1');
  const following = begin('stats', '-a', '-f');
  await following.printed(/(?=[^]*^web +1)[^]*^job +1/m);
  job.signal('SIGTERM');
  await following.printed(/has ended\n[^]*^web +1/m);
  expect(following.output).not.toMatch(/has ended\n[^]*^job/m);
});

test('pause and resume a slot; the last worker is not paused', async () => {
  const { proteus, master } = placeWith({ 'web.mjs': workers.http });
  await master('web.mjs', '-w', '2');
  expect(await proteus('pause', '2')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^paused: slot 2 of web \(pid \d+\)\n$/),
  });
  expect((await proteus('ls')).out).toMatch(/1\/2[^]*! web: slot 2: worker 2 \(pid \d+\) is paused\n$/);
  expect(await proteus('pause', 'web', '1')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/^refused: slot 1 of web .*: .+\n$/),
  });
  expect(await proteus('resume', '2')).toMatchObject({ code: 0, out: expect.stringMatching(/^resumed: slot 2/) });
  expect(await proteus('pause', '7')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/slot: expected an existing slot, got 7/),
  });
});

test('pause says of each cluster of a master what became of its slot', async () => {
  const { proteus, master } = placeWith({
    'web.mjs': workers.http,
    'jobs.mjs': workers.http,
    'proteus.config.mjs': `export default { services: { jobs: { exec: 'jobs.mjs', worker: 1 }, web: { exec: 'web.mjs', worker: 2, after: 'jobs' } } };`,
  });
  const running = await master();
  await running.printed(/2 workers are ready after/);
  expect(await proteus('pause', '1')).toMatchObject({
    code: 1,
    out: expect.stringMatching(/^paused: slot 1 of web \(pid \d+\)\n$/),
    err: expect.stringMatching(/^refused: slot 1 of jobs \(pid \d+\): slot 1 has the last ready worker\n$/),
  });
});

test('events are shown from a level, by type, after an id, and as JSON', async () => {
  const { proteus, master } = placeWith({ 'web.mjs': workers.http });
  await master('web.mjs', '-w', '1');
  const { out } = await proteus('events');
  expect(out).toMatch(/^\d\d:\d\d:\d\d ● web │ worker 1 .* is ready/);
  expect(out).not.toContain('forked');
  expect((await proteus('events', '--level', 'debug')).out).toContain('worker 1');
  expect((await proteus('events', '--last', '1')).out.split('\n')).toHaveLength(2);
  const lines = (await proteus('events', '--type', 'ready,fork', '--json')).out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));
  expect(lines).toMatchObject([{ event: { type: 'fork' } }, { event: { type: 'ready' } }]);
  expect((await proteus('events', '--json', '--since', String(lines[0].id))).out).not.toContain('"type":"fork"');
  expect(await proteus('events', '--type', 'raedy')).toMatchObject({
    code: 1,
    err: expect.stringMatching(/type: .*ready/),
  });
});

test('events -f goes on until the master ends', async () => {
  const { proteus, master, begin } = placeWith({ 'web.mjs': workers.http });
  await master('web.mjs', '-w', '1');
  const following = begin('events', '-f');
  await following.printed(/is ready/);
  await proteus('stop');
  expect(await following.ended()).toEqual({ code: 0, signal: null });
  expect(following.output).toMatch(/shutdown: [^]*web \(pid \d+\) has ended\n$/);
});

test('a message reaches the workers, or one of them', async () => {
  const worker = `${workers.http}\nprocess.on('message', (message) => console.log('got', JSON.stringify(message)));`;
  const { proteus, master } = placeWith({ 'web.mjs': worker });
  const running = await master('web.mjs', '-w', '1');
  expect(await proteus('send', '{"cmd":"flush"}', '--slot', '1')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^sent to web/),
  });
  await running.printed(/got \{\\"cmd\\":\\"flush\\"\}/);
  expect(await proteus('send', 'flush')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/send: expected JSON, such as .*, got flush\n/),
  });
  expect(await proteus('send', '{}', '--slot', '4')).toMatchObject({ code: 1, err: expect.stringMatching(/slot/) });
});

test('a signal reaches the master, or a worker', async () => {
  const worker = `${workers.http}\nprocess.on('SIGUSR1', () => console.log('got SIGUSR1'));`;
  const { proteus, master } = placeWith({ 'web.mjs': worker });
  const running = await master('web.mjs', '-w', '1');
  expect(await proteus('signal', 'usr1', '--slot', '1')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^SIGUSR1 was sent to worker 1 \(pid \d+\) in slot 1 of web/),
  });
  await running.printed(/got SIGUSR1/);
  expect(await proteus('signal', 'SIGUSRR1')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/Did you mean SIGUSR1\?/),
  });
  expect(await proteus('signal', 'kil')).toMatchObject({
    code: 2,
    err: expect.stringMatching(/Did you mean SIGKILL\?/),
  });
  expect(await proteus('signal', 'web', 'USR2')).toMatchObject({
    code: 0,
    out: expect.stringMatching(/^SIGUSR2 was sent to web \(pid \d+\)\n$/),
  });
  await running.printed(/restart 1 done/);
});

test('a signal to a master or worker behind a socket that was named is refused: its pids may be those of another machine', async () => {
  const { folder, proteus, master } = placeWith({ 'web.mjs': workers.http });
  const { pid } = await master('web.mjs', '-w', '1');
  const socket = join(folder, 'run', `${pid}.sock`);
  const refused = {
    code: 2,
    out: '',
    err: `proteus: signal: expected a master of this machine by its pid or a cluster, got ${socket}\nSee: proteus signal --help\n`,
  };
  expect(await proteus('signal', socket, 'KILL', '--slot', '1')).toEqual(refused);
  expect(await proteus('signal', socket, 'KILL')).toEqual(refused);
});

test('stop waits for the last worker and the master', async () => {
  const { proteus, master } = placeWith({ 'web.mjs': workers.http });
  const { pid } = await master('web.mjs', '-w', '2');
  const { code, out } = await proteus('stop');
  expect(code).toBe(0);
  expect(out).toMatch(
    new RegExp(
      String.raw`^( {2}slot \d {2}worker \d \(pid \d+\) has left\n){2}stopped: web \(pid ${pid}\) after .*\n$`,
    ),
  );
  await gone(pid);
  expect(await proteus('stop')).toEqual({
    code: 3,
    out: '',
    err: 'proteus: no master runs. Start one: proteus start <file>\n',
  });
});

test('stop says for whom it waits, and --force ends that', async () => {
  const { proteus, master, begin } = placeWith({ 'web.mjs': holding });
  await master('web.mjs', '-w', '1');
  const stopping = begin('stop');
  await stopping.printed(/ {2}still waiting for worker 1 \(pid \d+\)\n {2}proteus stop --force kills them, .*\n/);
  expect(await proteus('stop', '--force')).toMatchObject({ code: 0, out: expect.stringMatching(/stopped: web/) });
  expect(await stopping.ended()).toEqual({ code: 0, signal: null });
});

test('Ctrl-C leaves a shutdown to the master', async () => {
  const { proteus, master, begin } = placeWith({ 'web.mjs': holding });
  await master('web.mjs', '-w', '1');
  const stopping = begin('stop');
  await stopping.printed(/still waiting/);
  stopping.signal('SIGINT');
  expect(await stopping.ended()).toEqual({ code: 130, signal: null });
  expect(stopping.output).toContain('The shutdown goes on in the master.');
  expect((await proteus('ls')).out).toContain('shutting-down');
});

test('a master that hangs is listed, and does not hold back the others', async () => {
  const { proteus, master } = placeWith({ 'web.mjs': workers.http, 'jobs.mjs': workers.http });
  const hung = await master('web.mjs', '-w', '1');
  await master('jobs.mjs', '-w', '1');
  hung.signal('SIGSTOP');
  const { out, code } = await proteus('ls');
  expect(code).toBe(0);
  expect(out).toMatch(new RegExp(String.raw`^\? +${hung.pid} +no answer`, 'm'));
  expect(out).toMatch(/^jobs .* running/m);
  expect(out).toContain(`! pid ${hung.pid} does not answer`);
  expect(JSON.parse((await proteus('ls', '--json')).out)).toEqual(
    expect.arrayContaining([{ pid: hung.pid, error: { code: 'timeout', message: expect.any(String) } }]),
  );
  expect(await proteus('restart', String(hung.pid))).toMatchObject({
    code: 1,
    err: expect.stringMatching(/has not answered for 5000 ms/),
  });
});
