import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { workers } from '../process/harness.js';
import { placeWith } from './proteus.js';

const cli = fileURLToPath(new URL('../../dist/cli.js', import.meta.url));

test('the help teaches, for the program and for each command', async () => {
  const { proteus } = placeWith({});
  const { code, out } = await proteus('--help');
  expect(code).toBe(0);
  expect(out).toMatch(/Usage\n {2}proteus <command>/);
  expect(out).toContain('Examples\n');
  const names = Array.from(out.matchAll(/^ {2}([a-z]+) {2,}[A-Z]/gm), ([, name = '']) => name);
  expect(names).toEqual(expect.arrayContaining(['start', 'stop', 'restart', 'list', 'logs', 'completion']));
  const helps = await Promise.all(names.map((name) => proteus(name, '--help')));
  for (const help of helps) {
    expect(help).toMatchObject({ code: 0, err: '' });
    expect(help.out).toMatch(/Usage\n {2}proteus [a-z]+[^]*\nOptions\n[^]*--help[^]*\nExamples\n {2}proteus /);
    for (const line of help.out.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
  }
  expect(await proteus('help', 'stop')).toEqual(await proteus('stop', '-h'));
});

test.for([
  [['--version'], 0, /^\d+\.\d+\.\d+/, /^$/],
  [[], 2, /Usage/, /^$/],
  [['stpo'], 2, /^$/, /^proteus: stpo is not a command\. Did you mean stop\?\nSee: proteus --help\n$/],
  [['run'], 2, /^$/, /run is not a command\. Use: proteus start\n/],
  [
    ['top'],
    2,
    /^$/,
    /^proteus: top: expected a terminal, got no terminal as stdout\. In a pipe use proteus ls, proteus stats or proteus events\n/,
  ],
  [['monit', 'a', 'b'], 2, /^$/, /top: expected \[target\], got a b/],
  [['--json', 'ls'], 2, /^$/, /expected a command before --json/],
  [
    ['restart', '--slto', '2'],
    2,
    /^$/,
    /restart has no option --slto\. Did you mean --slot\?\nSee: proteus restart --help\n/,
  ],
  [['restart', 'a', 'b'], 2, /^$/, /restart: expected \[target\], got a b/],
  [['stop', 'web', '--all'], 2, /^$/, /expected a target, --url or --all, got more than one/],
  [['ping', '--url', 'http://127.0.0.1:1'], 2, /^$/, /PROTEUS_TOKEN/],
  [['ping', '--url', 'ftp://127.0.0.1'], 2, /^$/, /--url: expected a URL such as .*, got ftp:/],
  [['restart'], 3, /^$/, /^proteus: no master runs\. Start one: proteus start <file>\n$/],
  [['start', 'ecosystem.yaml'], 2, /^$/, /^proteus: ecosystem\.yaml: expected a configuration file that exists/],
  [['logs', '/no/such.sock'], 3, /^$/, /no master listens there/],
] as const)('%s ends with %s', async ([args, code, out, err]) => {
  const ran = await placeWith({}).proteus(...args);
  expect(ran.code).toBe(code);
  expect(ran.out).toMatch(out);
  expect(ran.err).toMatch(err);
});

test('with several masters one clear error lists them', async () => {
  const { proteus, master } = placeWith({ 'web.mjs': workers.http, 'jobs.mjs': workers.http });
  const web = await master('web.mjs', '-w', '1');
  const jobs = await master('jobs.mjs', '-w', '1');
  const { code, err } = await proteus('restart');
  expect(code).toBe(3);
  expect(err).toMatch(/^proteus: several masters run\. Name one by its pid or a cluster, or use --all:\n/);
  expect(err).toContain(`  ${web.pid}  web\n`);
  expect(err).toContain(`  ${jobs.pid}  jobs\n`);
  expect((await proteus('restart', 'wbe')).err).toMatch(
    /^proteus: no master has a cluster 'wbe'\. Did you mean web\? These run:\n/,
  );
  expect(await proteus('ping', 'web')).toMatchObject({ code: 0 });
  expect(await proteus('ping', String(jobs.pid))).toMatchObject({ code: 0 });
  const { out } = await proteus('stop', '--all');
  expect(out).toContain('stopped: web');
  expect(out).toContain('stopped: jobs');
});

const chatty = `${workers.http}
  console.log('one\\u001b[2J\\u001b]0;title\\u0007two');
  console.error('broken');
  console.log(JSON.stringify({ level: 40, time: Date.now(), msg: 'slow', ms: 90 }));`;

test('with --all a master that does not answer is told, and keeps nothing from the others', async () => {
  const { proteus, master } = placeWith({ 'web.mjs': workers.http, 'jobs.mjs': workers.http });
  const stopped = await master('web.mjs', '-w', '1');
  await master('jobs.mjs', '-w', '1');
  stopped.signal('SIGSTOP');
  const runs = Promise.all(
    [
      ['restart', '--all'],
      ['scale', '--all', '1'],
      ['stats', '--all'],
      ['logs', '--all'],
    ].map((args) => proteus(...args)),
  );
  const silent = expect.stringMatching(/has not answered for 5000 ms/);
  expect(await runs).toEqual([
    { code: 1, out: expect.stringMatching(/^done: jobs /m), err: silent },
    { code: 1, out: expect.stringMatching(/^jobs .* is scaled to 1 worker\n$/), err: silent },
    { code: 1, out: expect.stringMatching(/^jobs +1 /m), err: silent },
    { code: 1, out: '', err: silent },
  ]);
  expect(await proteus('stop', '--all')).toEqual({
    code: 1,
    out: expect.stringMatching(/^stopped: jobs /m),
    err: silent,
  });
  stopped.signal('SIGCONT');
  expect(await proteus('stop', '--all')).toMatchObject({ code: 0, out: expect.stringMatching(/^stopped: web /m) });
});

test('logs are harmless, selected, and JSON for scripts', async () => {
  const { proteus, master } = placeWith({ 'web.mjs': chatty });
  const running = await master('web.mjs', '-w', '1');
  await running.printed(/slow/);
  const { out } = await proteus('logs');
  expect(out).toMatch(/● web slot 1 │ one.*two\n/);
  // oxlint-disable-next-line no-control-regex
  expect(out).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F]/);
  expect(out).toMatch(/▲ web slot 1 │ slow ms=90\n/);
  const { out: errors } = await proteus('logs', '--err');
  expect(errors).toMatch(/^\d\d:\d\d:\d\d ■ web slot 1 │ broken\n$/);
  expect((await proteus('logs', '--level', 'warn', '--out')).out).toMatch(/^.* slow ms=90\n$/);
  expect(JSON.parse((await proteus('logs', '--json', '--lines', '1', '--out')).out)).toMatchObject({
    msg: 'slow',
    level: 40,
  });
  expect(await proteus('logs', '--slot', '2')).toEqual({
    code: 0,
    out: '',
    err: 'No lines of workers. What the master decides: proteus events\n',
  });
  expect(await proteus('logs', '--slot', '2', '--json')).toEqual({ code: 0, out: '', err: '' });
  expect(await proteus('logs', '--level', 'loud')).toMatchObject({ code: 2 });
});

test('logs -f goes on, and Ctrl-C ends it without an error', async () => {
  const { master, begin, proteus } = placeWith({
    'web.mjs': `${workers.http}\nprocess.on('message', ({ say }) => console.log(say));`,
  });
  await master('web.mjs', '-w', '1');
  const following = begin('logs', '-f', '--lines', '0');
  const saying = async (): Promise<void> => {
    await proteus('send', '{"say":"later"}');
    if (!following.output.includes('later')) await saying();
  };
  await saying();
  following.signal('SIGINT');
  expect(await following.ended()).toEqual({ code: 0, signal: null });
  expect(following.output).not.toMatch(/rror/);
});

test('stats shows each worker, as a table and as JSON', async () => {
  const { master, proteus } = placeWith({ 'web.mjs': workers.http });
  await master('web.mjs', '-w', '2');
  const { out, code } = await proteus('stats');
  expect(code).toBe(0);
  expect(out.split('\n')[0]?.split(/ {2,}/).slice(0, 3)).toEqual(['cluster', 'slot', 'worker']);
  expect(out).toMatch(/^web +1 +1 +\d+ +\d+ MB .* \d+ % /m);
  expect(out).toMatch(/^web +2 +2 /m);
  const { out: json } = await proteus('stats', '--json', '--slot', '2');
  expect(JSON.parse(json)).toMatchObject({ type: 'stats', worker: { slot: 2 } });
});

test('a reader that goes is no error', async () => {
  const { folder, env, master } = placeWith({ 'web.mjs': workers.http });
  await master('web.mjs', '-w', '1');
  const following = spawn(process.execPath, [cli, 'events', '-f', '--level', 'debug'], { cwd: folder, env });
  const errors = text(following.stderr);
  await once(following.stdout, 'data');
  following.stdout.destroy();
  const { proteus } = { proteus: () => spawn(process.execPath, [cli, 'scale', '2'], { cwd: folder, env }) };
  proteus();
  expect(await once(following, 'exit')).toEqual([0, null]);
  expect(await errors).toBe('');
});

test('colours are for people', async () => {
  const { folder, env, master, proteus } = placeWith({ 'web.mjs': workers.http });
  await master('web.mjs', '-w', '1');
  expect((await proteus('ls')).out).not.toContain('\u001B');
  const forced = spawn(process.execPath, [cli, 'ls'], { cwd: folder, env: { ...env, FORCE_COLOR: '1' } });
  expect(await text(forced.stdout)).toContain('\u001B[1mweb\u001B[22m');
});
