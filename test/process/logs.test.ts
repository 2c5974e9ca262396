import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { rename } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import type { WorkerRef } from '../../src/index.js';
import { fresh, get, imports, master, portOf, program, workers } from './harness.js';

interface Line {
  readonly level: number;
  readonly msg?: string;
  readonly event?: string;
  readonly worker?: WorkerRef;
  readonly i?: number;
  readonly how?: string;
  readonly malformed?: string;
  readonly part?: number;
}

const parse = (text: string): readonly Line[] =>
  text
    .trimEnd()
    .split('\n')
    .map((line): Line => JSON.parse(line));
const linesOf = (...path: readonly string[]) => parse(readFileSync(join(...path), 'utf8'));
const all = (folder: string): readonly Line[] =>
  readdirSync(folder)
    .filter((name) => name.startsWith('all.log'))
    .flatMap((name) => {
      const bytes = readFileSync(join(folder, name));
      // One that is moved as soon as it has been begun has nothing in it.
      return bytes.length === 0 ? [] : parse((name.endsWith('.gz') ? gunzipSync(bytes) : bytes).toString());
    });
/** Between two files of a rotation there is none. */
const move = async (from: string, to: string): Promise<void> => {
  try {
    await rename(from, to);
  } catch {
    await move(from, to);
  }
};
const count = (lines: readonly Line[]) =>
  new Set(lines.flatMap(({ i, worker }) => (i === undefined ? [] : [`${worker?.id} ${i}`]))).size;

const endings = ['exit', 'throw', 'signal'] as const;
const writers = ['console', 'stderr', 'pino', 'sync', 'logger'] as const;
/** Writes 5,000 lines at once in each of five ways, and ends at once. */
const last = `
  import { pino } from 'pino';
  import { logger } from 'proteus-cluster/worker';
  const text = (print) => (line) => print(JSON.stringify(line));
  const background = pino();
  const atOnce = pino(pino.destination({ dest: 1, sync: true }));
  const write = {
    console: text(console.log),
    stderr: text(console.error),
    pino: (line) => background.info(line),
    sync: (line) => atOnce.info(line),
    logger: (line) => logger.info(line),
  };
  process.on('SIGUSR1', () => process.exit(3));
  // Not to stdout: what pino has under way in the background would come behind it, in the same line. Node's own words of the error do, on stderr.
  process.on('exit', () => process.stderr.write('no newline'));
  setTimeout(() => {
    for (const how in write) for (let i = 0; i < 5_000; i += 1) write[how]({ i, how });
    const { ENDING: ending } = process.env;
    if (ending === 'exit') process.exit(3);
    if (ending === 'throw') throw new Error('thrown');
    process.kill(process.pid, 'SIGUSR1');
  }, 10);
`;

test('what a worker writes at once before it exits, throws or is signalled is there, every line of it', async () => {
  const folder = fresh({ 'worker.mjs': last });
  const running = master(
    folder,
    `const endings = ${JSON.stringify(endings)};
     run({ worker: 3, exec: 'worker.mjs', log: { file: 'all.log', level: 'debug' }, respawn: 'temporary', ready: 'online',
       env: () => ({ ENDING: endings.shift() }) });`,
  );
  await running.event('completed');
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  const lines = linesOf(folder, 'all.log');
  const of = (slot: number) => lines.filter(({ worker }) => worker?.slot === slot);
  const counts = endings.map((ending, index) => [
    ending,
    writers.map((how) => count(of(index + 1).filter((line) => line.how === how))),
    of(index + 1).filter(({ msg }) => msg?.startsWith('no newline')).length,
  ]);
  expect(counts).toEqual(endings.map((ending) => [ending, writers.map(() => 5_000), 1]));
  // Before the master emits the exit, it has written the worker's last lines.
  const first = of(1);
  expect(first.findLastIndex(({ i }) => i !== undefined)).toBeLessThan(
    first.findIndex(({ event }) => event === 'exit'),
  );
  expect(first.find(({ i }) => i === 1)).toMatchObject({ worker: { slot: 1, generation: 1, cluster: 'worker' } });
});

/** Writes a numbered line every few turns of the loop until it is asked to leave, and at its end how many there were. */
const steady = `${workers.http}
  import { logger } from 'proteus-cluster/worker';
  let i = 0;
  const write = () => { for (let more = 0; more < 20; more += 1) logger.info({ i: i++, pad: 'x'.repeat(200) }); };
  const timer = setInterval(write, 2);
  process.once('disconnect', () => clearInterval(timer));
  process.on('exit', () => logger.info({ count: i }, 'count'));
`;

test('no line is lost or torn over rotations, a logrotate and a rolling restart', async () => {
  const folder = fresh({ 'worker.mjs': steady });
  const running = master(folder, {
    worker: 2,
    exec: 'worker.mjs',
    drain: { grace: 0, linger: 50 },
    log: { file: 'all.log', rotate: { size: '200K', keep: 1_000, compress: true } },
  });
  await running.event('started');
  await move(join(folder, 'all.log'), join(folder, 'all.log.moved'));
  running.signal('SIGHUP');
  expect(await running.event('signal')).toMatchObject({ action: 'reopen' });
  await running.call('restart');
  running.signal('SIGTERM');
  await running.event('completed');
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(running.past('error')).toEqual([]);
  const names = readdirSync(folder).filter((name) => name.startsWith('all.log'));
  expect(names.filter((name) => name.endsWith('Z.gz')).length).toBeGreaterThan(1);
  expect(names.filter((name) => name.endsWith('draft'))).toEqual([]);
  const lines = all(folder);
  const counts = lines.filter(({ msg }) => msg === 'count').map((line) => ('count' in line ? Number(line.count) : 0));
  expect(counts).toHaveLength(4);
  expect(count(lines)).toBe(counts.reduce((sum, more) => sum + more));
  const asked = lines.filter(({ event }) => event !== undefined).map(({ event, msg }) => `${event}: ${msg}`);
  expect(asked).toEqual(
    expect.arrayContaining(['restart: restart asked for by restart()', 'shutdown: shutdown: SIGTERM']),
  );
});

test('reopenLogs and SIGHUP open a moved file again, and the last lines are known without a subscriber', async () => {
  const worker = `${workers.http} console.log('the first line'); process.send('written');
    process.on('message', (text) => { console.error(text); process.send('written'); });`;
  const folder = fresh({ 'worker.mjs': worker });
  const config = { worker: 1, exec: 'worker.mjs', log: { file: 'all.log' } };
  const script = `Object.assign(can, { reopenLogs: proteus.reopenLogs, recentLogs: proteus.recentLogs });`;
  const running = master(folder, `${script} run(${JSON.stringify(config)});`);
  await running.event('started');
  const recent = async (...args: readonly number[]) => {
    const { result } = await running.call('recentLogs', ...args);
    return result;
  };
  const line = { worker: { slot: 1 }, output: 'stdout', level: 30, msg: 'the first line', time: expect.any(Number) };
  await expect.poll(() => recent()).toMatchObject([line]);
  await move(join(folder, 'all.log'), join(folder, 'moved.log'));
  await running.call('reopenLogs');
  expect(await running.event('reopen')).toMatchObject({ why: 'reopenLogs()' });
  await running.call('send', 'the second line');
  await expect.poll(() => recent(1)).toMatchObject([{ output: 'stderr', level: 50, msg: 'the second line' }]);
  await running.call('shutdown');
  await running.ended();
  expect(readFileSync(join(folder, 'moved.log'), 'utf8')).toContain('the first line');
  expect(readFileSync(join(folder, 'all.log'), 'utf8')).toContain('the second line');
});

/** Answers, and writes 48 MB at once when it is asked to: more than may wait in the master. */
const flood = `
  import { createServer } from 'node:http';
  const line = JSON.stringify({ level: 30, msg: 'x'.repeat(60_000) }) + '\\n';
  createServer((request, response) => {
    if (request.url === '/flood') for (let more = 0; more < 800; more += 1) process.stdout.write(line);
    response.end('served');
  }).listen(0, '127.0.0.1');
`;

test.each([
  ['a full disk', 'full', { file: '/dev/full' }, 'ENOSPC'],
  ['a reader that does not read', 'fifo', { file: 'fifo' }, undefined],
])('%s blocks no worker, does not end the cluster, and is reported', async (_, kind, log, failure) => {
  const folder = fresh({ 'worker.mjs': flood });
  execFileSync('mkfifo', [join(folder, 'fifo')]);
  const running = master(
    folder,
    `import { openSync, constants } from 'node:fs';
     proteus.events$.subscribe((event) => event.seq === 0 && tell(event));
     if (${JSON.stringify(kind)} === 'fifo') openSync('fifo', constants.O_RDWR | constants.O_NONBLOCK);
     run({ worker: 1, exec: 'worker.mjs', log: ${JSON.stringify(log)}, drain: { grace: 0 } });`,
  );
  await running.event('started');
  const port = portOf(await running.event('listening'));
  expect(await get(port, '/flood')).toBe('served');
  const { why } = await running.event('log-dropped');
  expect(await get(port)).toBe('served');
  running.signal('SIGTERM');
  await running.event('completed');
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  const errors = running.past('error').map(({ error }) => error?.message ?? '');
  expect(errors[0]).toMatch(failure === undefined ? /bytes could not be written before the log was closed$/ : /ENOSPC/);
  expect(why).toMatch(failure ?? 'too slowly');
});

test('an invalid line is a record that says so', async () => {
  const folder = fresh({
    'worker.mjs': `
      import { statSync } from 'node:fs';
      process.stdout.write('{"level":30,"cut off\\n{"a":oops}\\n{"a":1}\\n');
      process.stdout.write(Buffer.from('caf\\xe9\\n', 'latin1'));
      const nothing = new Int32Array(new SharedArrayBuffer(4));
      for (let more = 1; more <= 100; more += 1) {
        process.stdout.write('x'.repeat(2 ** 20));
        // Less is under way than what may wait for a slow disk: nothing is dropped.
        while (statSync('all.log').size < (more - 16) * 2 ** 20) Atomics.wait(nothing, 0, 0, 1);
      }
      process.stdout.write('\\nafter\\n');
      console.log({ a: 1 });
      process.exit();`,
  });
  const running = master(
    folder,
    `const { rss } = process.memoryUsage();
     process.on('exit', () => tell({ type: 'memory', value: process.resourceUsage().maxRSS / 2 ** 10 - rss / 2 ** 20 }));
     run({ worker: 1, exec: 'worker.mjs', respawn: 'temporary', ready: 'online', log: { file: 'all.log' } });`,
  );
  await running.ended();
  const lines = linesOf(folder, 'all.log').filter(({ event }) => event === undefined);
  expect(lines.slice(0, 4)).toMatchObject([
    { malformed: 'JSON', msg: '{"level":30,"cut off' },
    { malformed: 'JSON', msg: '{"a":oops}' },
    { a: 1 },
    { malformed: 'UTF-8', msg: 'caf\u{fffd}' },
  ]);
  const pieces = lines.filter(({ part }) => part !== undefined);
  expect(pieces.map(({ msg }) => msg?.length ?? 0).reduce((sum, length) => sum + length)).toBe(100 * 2 ** 20);
  expect(pieces.map(({ part }) => part)).toEqual(pieces.map((_, index) => index + 1));
  expect(lines.slice(-2).map(({ msg }) => msg)).toEqual(['after', '{ a: 1 }']);
  // In MB. The long line was never in memory as a whole.
  expect(Number(running.past('memory')[0]?.value)).toBeLessThan(200);
});

test('a log that cannot be opened is an error before anything has been started', async () => {
  const folder = fresh({ 'worker.mjs': workers.http });
  const refused = master(folder, { worker: 1, exec: 'worker.mjs', log: { file: 'worker.mjs/all.log' } });
  expect(await refused.ended()).toEqual({ code: 1, signal: null });
  const message = expect.stringMatching(/^log: .*worker\.mjs\/all\.log cannot be opened: (ENOTDIR|EEXIST)/);
  expect(refused.told).toMatchObject([{ type: 'failed', error: { name: 'LogError', message } }]);
  expect(existsSync(join(folder, 'master.pid'))).toBe(false);
});

const messages = (lines: readonly { readonly msg?: string }[]) => lines.map(({ msg }) => msg);

test('a file in a folder that is created, with stderr in a file of its own and everything on stdout as well', async () => {
  const folder = fresh({
    'worker.mjs': `console.log('text');
      console.error(new Error('handled'));
      process.disconnect();`,
  });
  const running = master(folder, {
    worker: 1,
    exec: 'worker.mjs',
    respawn: 'temporary',
    ready: 'online',
    log: { file: 'logs/shop/all.log', stderr: 'logs/errors.log', stdout: true },
  });
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  const stack = expect.stringMatching(/^Error: handled\n {4}at .*worker\.mjs/);
  const file = messages(linesOf(folder, 'logs/shop/all.log'));
  expect(file).toEqual(expect.arrayContaining(['text', expect.stringMatching(/^the last worker has left/)]));
  expect(messages(linesOf(folder, 'logs/errors.log'))).toEqual([stack]);
  expect(messages(parse(running.output))).toEqual(expect.arrayContaining([...file, stack]));
  expect(file).not.toContainEqual(stack);
});

test('a folder that is deleted is created again, and a transport that throws is an error; logging continues', async () => {
  const folder = fresh({
    'worker.mjs': `${workers.http}
      process.on('message', (say) => console.log(say));`,
    'transport.mjs': `
      import { appendFileSync } from 'node:fs';
      import { Writable } from 'node:stream';
      export default () => new Writable({
        write(chunk, _, next) {
          if (String(chunk).includes('poison')) throw new Error('the transport threw');
          appendFileSync('transport.log', chunk);
          next();
        },
      });`,
  });
  mkdirSync(join(folder, 'logs'));
  const target = join(folder, 'transport.mjs');
  const running = master(
    folder,
    `run({ name: 'filed', worker: 1, exec: 'worker.mjs', log: { file: 'logs/all.log' } });
     run({ name: 'sent', worker: 1, exec: 'worker.mjs', log: { transport: { target: ${JSON.stringify(target)} } } });`,
  );
  await running.events('started', 2);
  rmSync(join(folder, 'logs'), { recursive: true });
  await running.call('send', 'poison');
  await running.event(({ error }) => error?.message.includes('the transport threw') === true);
  // It looks once in a second.
  const removed = async (): Promise<void> => {
    await running.call('send', 'hello');
    if (!running.past('error').some(({ error }) => error?.message.includes('was removed'))) await removed();
  };
  await removed();
  await running.call('send', 'goodbye');
  running.signal('SIGTERM');
  await running.events('completed', 2);
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  expect(linesOf(folder, 'logs/all.log').map(({ msg }) => msg)).toContain('goodbye');
  expect(linesOf(folder, 'transport.log').map(({ msg }) => msg)).toContain('goodbye');
});

test("a pino instance has the workers' lines too, also where its level is higher, and logs$ what is in them", async () => {
  const folder = fresh({
    'worker.mjs': `import { logger } from 'proteus-cluster/worker';
      logger.info({ order: 17 }, 'paid');
      console.error('text');
      process.disconnect();`,
  });
  const running = master(
    folder,
    `import { pino } from 'pino';
     import { filter } from 'rxjs';
     proteus.logs$.pipe(filter(proteus.atLeast('error')), filter(proteus.writtenBy({ cluster: 'shop', slot: 1 })), filter(proteus.writtenWithin({ since: new Date(0) })))
       .subscribe((value) => tell({ type: 'error line', value }));
     proteus.logs$.subscribe((value) => tell({ type: 'record', value }));
     run({ name: 'shop', worker: 1, exec: 'worker.mjs', respawn: 'temporary', ready: 'online', log: pino({ level: 'fatal' }, pino.destination('all.log')) });`,
  );
  await running.event('completed');
  await running.ended();
  expect(running.past('record').map(({ value }) => value)).toEqual(
    expect.arrayContaining([
      expect.objectContaining({
        output: 'stdout',
        level: 30,
        msg: 'paid',
        fields: expect.objectContaining({ order: 17 }),
      }),
      expect.objectContaining({
        output: 'stderr',
        level: 50,
        msg: 'text',
        worker: expect.objectContaining({ slot: 1, generation: 1, cluster: 'shop' }),
      }),
    ]),
  );
  expect(running.past('error line')).toHaveLength(1);
  expect(linesOf(folder, 'all.log').map(({ msg, worker }) => [msg, worker?.cluster])).toEqual(
    expect.arrayContaining([
      ['paid', 'shop'],
      ['text', 'shop'],
    ]),
  );
});

test('stdout is the log by default; when its reader has exited the cluster continues', async () => {
  const folder = fresh({
    'worker.mjs': `
      import { createServer } from 'node:http';
      createServer((request, response) => { console.log('asked'); response.end('served'); }).listen(0, '127.0.0.1');`,
    'master.mjs': `${imports}
      const send = (record) => process.send(JSON.stringify(record, (_, value) => (value instanceof Error ? { message: value.message } : value)));
      proteus.cluster$({ worker: 1, exec: 'worker.mjs', pid: false, ready: 'listening', minReadyTime: 20 }).subscribe({ next: (event) => { console.log('mine'); send(event); }, complete: () => send({ type: 'completed' }) });`,
  });
  const heads = program(folder, 'sh', ['-c', `exec ${process.execPath} master.mjs | head -n 1`]);
  await heads.event('started');
  const port = portOf(await heads.event('listening'));
  // Which line is the first that is not read depends on when `head` has exited.
  const broken = async (): Promise<void> => {
    expect(await get(port)).toBe('served');
    if (heads.past(({ error }) => error?.message.includes('EPIPE') === true).length === 0) await broken();
  };
  await broken();
  expect(await get(port)).toBe('served');
  // The application reports that, too.
  heads.signalGroup('SIGTERM');
  await heads.event('completed');
});

test('on a terminal each slot has its colour and each cluster its name; with log: false workers write for themselves', async () => {
  if (!existsSync('/usr/bin/script')) throw new Error('this test needs a terminal: install script, of util-linux');
  const folder = fresh({
    'worker.mjs': `import { logger } from 'proteus-cluster/worker';
      console.log('text\\u001b[2J');
      logger.warn({ order: 17 }, 'late');
      process.disconnect();`,
    'master.mjs': `${imports}
      const options = { exec: 'worker.mjs', pid: false, respawn: 'temporary', ready: 'online' };
      proteus.cluster$({ ...options, name: 'web', worker: 2 }).subscribe();
      proteus.cluster$({ ...options, name: 'jobs', worker: 1 }).subscribe();`,
    'silent.mjs': `${imports}
      proteus.cluster$({ exec: 'worker.mjs', pid: false, respawn: 'temporary', ready: 'online', worker: 1, log: false }).subscribe();`,
  });
  const seen = program(folder, 'script', ['-qefc', `exec ${process.execPath} master.mjs`, '/dev/null'], {
    // Whatever has Node leave out colours where these tests run.
    env: { TERM: 'xterm', CI: undefined, NO_COLOR: undefined, NODE_DISABLE_COLORS: undefined, FORCE_COLOR: undefined },
  });
  await seen.ended();
  for (const [name, slot, colour] of [
    ['web', 1, 36],
    ['web', 2, 35],
    ['jobs', 1, 36],
  ] as const) {
    expect(seen.output).toContain(`\u001b[${colour}m${name} slot ${slot} │`);
  }
  const lines = stripVTControlCharacters(seen.output).split(/\r?\n/);
  expect(lines.filter((line) => line.endsWith('● web slot 2 │ text'))).toHaveLength(1);
  expect(lines.filter((line) => line.endsWith('▲ jobs slot 1 │ late order=17'))).toHaveLength(1);
  expect(lines.filter((line) => /● jobs {8}│ the last worker has left/.test(line))).toHaveLength(1);

  const silent = program(folder, process.execPath, ['silent.mjs']);
  await silent.ended();
  expect(silent.output.split('\n')[0]).toBe('text\u001b[2J');
  expect(parse(silent.output.split('\n')[1] ?? '')).toMatchObject([
    { order: 17, worker: { slot: 1, generation: 1, cluster: 'worker' } },
  ]);
});
