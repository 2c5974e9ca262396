import { chmodSync, existsSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { gone, program, workers } from '../process/harness.js';
import { cli, placeWith, type Ran } from './proteus.js';

/** The pid of a master in the background, which ends with the test. */
const startedPid = ({ out }: Ran): number => {
  const pid = Number(/pid (\d+)/.exec(out)?.[1]);
  onTestFinished(() => {
    try {
      process.kill(pid, 'SIGKILL');
    } catch {
      // The test has stopped it.
    }
  });
  return pid;
};

test('in the foreground it is the master: a signal stops it with 0', async () => {
  const { master } = placeWith({ 'web.mjs': `${workers.http}\nconsole.log(process.argv.slice(2).join());` });
  const running = await master('web.mjs', '-w', '1', '--', '--port', '8080');
  await running.printed(/--port,8080/);
  running.signal('SIGTERM');
  expect(await running.ended()).toEqual({ code: 0, signal: null });
});

test('a service that cannot start ends with 1', async () => {
  const { proteus } = placeWith({ 'web.mjs': `throw new Error('no database')` });
  const { code, err } = await proteus('start', 'web.mjs', '-w', '1');
  expect(code).toBe(1);
  expect(err).toMatch(/proteus: gave up: .*no database/);
});

test.for([
  [['start', 'nothing.mjs'], /proteus: exec: expected a file that exists, got .*nothing\.mjs/],
  [['start', 'web.mjs', 'more'], /expected one file, got web\.mjs more/],
  [['start', 'web.mjs', '-w', '0'], /--workers: expected a whole number from 1 on, got 0\nSee: proteus start --help/],
  [['start', 'web.mjs', '--wrokers', '2'], /start has no option --wrokers\. Did you mean --workers\?/],
  [['start', 'web.mjs', '--max-memory', 'much'], /recycle\.memory: expected .*, got "much"/],
  [['start', 'web.mjs', '--log-level', 'loud'], /--log-level: expected one of trace, .*, got loud/],
  [['start', 'web.mjs', '--env', 'production'], /--env: expected a configuration, which has profiles, got web\.mjs/],
  [['start'], /expected one of proteus\.config\.js, .*, got none/],
  [['start', 'alone.json', '-d'], /--detach: expected a control socket, .*, got control: false/],
  [['start', 'none.config.js'], /none\.config\.js: expected a configuration file that exists/],
  [['start', 'proteus.json', '-w', '2'], /--workers belongs to one service/],
] as const)('%s is a wrong command line', async ([args, message]) => {
  const { proteus } = placeWith({
    'web.mjs': workers.http,
    'proteus.json': '{}',
    'alone.json': '{"exec":"web.mjs","control":false}',
  });
  const { code, out, err } = await proteus(...args);
  expect({ code, out }).toEqual({ code: 2, out: '' });
  expect(err).toMatch(message);
});

test('in the background it has started when the command ends, with a private log', async () => {
  const { folder, proteus } = placeWith({ 'web.mjs': workers.http });
  const started = await proteus('start', 'web.mjs', '-w', '2', '--name', 'shop', '-d');
  const pid = startedPid(started);
  const log = join(folder, 'state/proteus-cluster/shop.log');
  expect(started).toMatchObject({ code: 0, err: '' });
  expect(started.out).toMatch(/^started: shop \(pid \d+\) after /);
  expect(started.out).toContain(`  log   ${log}  (proteus logs shop -f)\n  stop  proteus stop shop\n`);
  expect(statSync(log).mode & 0o777).toBe(0o600);
  expect(statSync(join(folder, 'state/proteus-cluster')).mode & 0o777).toBe(0o700);
  expect(readFileSync(log, 'utf8')).toContain('"msg":"2 workers are ready after');
  expect(await proteus('start', 'web.mjs', '--name', 'shop', '-d')).toMatchObject({
    code: 1,
    err: expect.stringContaining(`a cluster 'shop' runs already, in pid ${pid}`),
  });
  expect((await proteus('stop', 'shop')).code).toBe(0);
  await gone(pid);
});

test('the commands that it prints can be typed: a name that a shell reads otherwise is replaced by the pid', async () => {
  const { proteus } = placeWith({ 'web.mjs': workers.http });
  const started = await proteus('start', 'web.mjs', '-w', '1', '-d', '--name', '\u001B[31m\n$(id)');
  const pid = startedPid(started);
  expect(started.out).toMatch(/^started: \\x1b\[31m\\n\$\(id\) \(pid \d+\)/);
  expect(started.out).toMatch(new RegExp(String.raw`  \(proteus logs ${pid} -f\)\n  stop  proteus stop ${pid}\n$`));
  expect((await proteus('stop')).code).toBe(0);
});

test('a start in the background that fails ends with 1, the cause and the log', async () => {
  const { folder, proteus } = placeWith({
    'web.mjs': `throw Object.assign(new Error('no database'), { code: 'ENODB' })`,
  });
  const { code, out, err } = await proteus('start', 'web.mjs', '-w', '1', '-d');
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(/^failed: web: it exited with code 1\n/);
  expect(err).toMatch(/gave up: .*no database/);
  // Also the lines of a stack.
  expect(
    err
      .split('\n')
      .slice(1, -2)
      .filter((line) => !line.startsWith('  ')),
  ).toEqual([]);
  expect(err).toContain(`The log: ${join(folder, 'state/proteus-cluster/web.log')}\n`);
});

test('a start in the background does not wait for ever for a control socket that cannot be opened', async () => {
  const { folder, proteus } = placeWith({ 'web.mjs': workers.http });
  chmodSync(join(folder, 'run'), 0o755);
  const { code, out, err } = await proteus('start', 'web.mjs', '-w', '1', '-d');
  const pid = startedPid({ code, out: err, err });
  expect({ code, out }).toEqual({ code: 1, out: '' });
  expect(err).toMatch(
    /^failed: web: it is not known whether it has started\. The master runs, and does not answer on its control socket, pid \d+\n/,
  );
  expect(err).toMatch(/control: the folder of the sockets, .*, has the mode 0755/);
  process.kill(pid, 'SIGTERM');
  await gone(pid);
});

test('a configuration starts its services in one master', async () => {
  const { folder, proteus } = placeWith({
    'web.mjs': workers.http,
    'jobs.mjs': workers.http,
    'proteus.config.mjs': `export default { services: {
      jobs: { exec: 'jobs.mjs', worker: 1 },
      web: { exec: 'web.mjs', worker: 1, after: 'jobs' },
    }, profiles: { production: { services: { web: { worker: 2 } } } } };`,
  });
  const started = await proteus('start', '--env', 'production', '-d');
  const pid = startedPid(started);
  expect(started).toMatchObject({ code: 0, err: '' });
  expect(started.out).toMatch(/^started: jobs, web \(pid/);
  const { out } = await proteus('ls');
  expect(out).toMatch(/^jobs .* 1\/1/m);
  expect(out).toMatch(/^web .* 2\/2/m);
  expect((await proteus('stop', 'jobs')).code).toBe(0);
  expect((await proteus('ls', '--names')).out).toBe('web\n');
  expect(existsSync(join(folder, 'state/proteus-cluster/jobs.log'))).toBe(true);
  expect((await proteus('stop')).code).toBe(0);
  await gone(pid);
});

test('a service that fails beside another one is told', async () => {
  const { proteus } = placeWith({
    'web.mjs': workers.http,
    'jobs.mjs': `throw new Error('no queue')`,
    'proteus.config.mjs': `export default { services: { web: { exec: 'web.mjs', worker: 1 }, jobs: { exec: 'jobs.mjs', worker: 1 } } };`,
  });
  const { code, err } = await proteus('start', '-d');
  expect(code).toBe(1);
  expect(err).toMatch(/^failed: jobs: it has not started\. The others run, pid \d+\n[^]*no queue/);
  expect((await proteus('stop')).code).toBe(0);
});

test('with --watch a system that can watch no more files is reported, and the service goes on', async () => {
  const { folder, env, proteus } = placeWith({
    'service/web.mjs': workers.http,
    'limit.cjs': `
      const fs = require('node:fs');
      const limit = 'ENOSPC: System limit for number of file watchers reached';
      fs.watch = () => { throw Object.assign(new Error(limit), { code: 'ENOSPC' }); };
      require('node:module').syncBuiltinESMExports();`,
  });
  const args = ['--require', join(folder, 'limit.cjs'), cli, 'start', 'service/web.mjs', '-w', '1', '--watch'];
  const running = program(folder, process.execPath, args, { env });
  await running.printed(/--watch: the files are not watched: Error: ENOSPC/);
  await running.printed(/worker is ready after/);
  expect(await proteus('stop')).toMatchObject({ code: 0 });
  expect(await running.ended()).toEqual({ code: 0, signal: null });
});

test('--watch restarts when a file changes', async () => {
  const { folder, master } = placeWith({ 'service/web.mjs': workers.http });
  const running = await master('service/web.mjs', '-w', '1', '--watch');
  writeFileSync(join(folder, 'service/other.mjs'), '');
  expect((await running.printed(/restart 1 begins with (.*?)"/))[1]).toBe('slot 1');
});
