import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fresh, get, imports, isAlive, master, portOf, program } from './harness.js';

interface Line {
  readonly event?: string;
  readonly i?: number;
  readonly waits?: number;
  readonly held?: number;
  readonly msg?: string;
}

/** Its stdout does not block, and is full when it logs: the master, which would read, stands still until `logger` waits. */
const full = `
  import { writeSync } from 'node:fs';
  import { logger } from 'proteus-cluster/worker';
  process.stdout._handle.setBlocking(false);
  const { wait } = Atomics;
  let waits = 0;
  Atomics.wait = (...how) => {
    waits += 1;
    process.kill(process.ppid, 'SIGCONT');
    return wait(...how);
  };
  process.kill(process.ppid, 'SIGSTOP');
  try { for (;;) writeSync(1, 'x\\n'); } catch {}
  for (let i = 0; i < 5_000; i += 1) logger.info({ i, pad: 'x'.repeat(200) });
  process.kill(process.ppid, 'SIGCONT');
  logger.info({ waits });
  process.exit();
`;

const parse = (text: string) =>
  text
    .trimEnd()
    .split('\n')
    .map((line): Line => JSON.parse(line));

test('neither a full pipe nor the exit of the master loses a line', async () => {
  const folder = fresh({
    'worker.mjs': full,
    // The reader of its stdout is stopped until it exits, so that much is unread then.
    'master.mjs': `${imports}
      const reader = Number(process.env.READER);
      process.kill(reader, 'SIGSTOP');
      process.on('exit', () => process.kill(reader, 'SIGCONT'));
      proteus.cluster$({ worker: 1, exec: 'worker.mjs', pid: false, respawn: 'temporary', ready: 'online' })
        .subscribe({ complete: () => process.exit(7) });`,
  });
  const running = program(folder, 'sh', [
    '-c',
    `mkfifo out; cat out & export READER=$!; exec ${process.execPath} master.mjs > out`,
  ]);
  expect(await running.ended()).toEqual({ code: 7, signal: null });
  const lines = parse(running.output);
  expect(new Set(lines.flatMap(({ i }) => i ?? [])).size).toBe(5_000);
  expect(lines.find(({ waits }) => waits !== undefined)?.waits).toBeGreaterThan(0);
  expect(lines.at(-1)).toMatchObject({ event: 'end' });
});

test('the master does not wait for a process that a worker has left behind with its stdout and stderr', async () => {
  const folder = fresh({
    'worker.mjs': `
      import { spawn } from 'node:child_process';
      const { pid } = spawn('sleep', ['600'], { stdio: ['ignore', 'inherit', 'inherit'] });
      console.log(JSON.stringify({ held: pid }));
      process.stdout.write('no newline');
      process.exit();`,
  });
  const running = master(folder, {
    worker: 1,
    exec: 'worker.mjs',
    log: { file: 'all.log' },
    respawn: 'temporary',
    ready: 'online',
  });
  expect(await running.ended()).toEqual({ code: 0, signal: null });
  const lines = parse(readFileSync(join(folder, 'all.log'), 'utf8'));
  const held = lines.find((line) => line.held !== undefined)?.held ?? 0;
  const places = [({ msg }: Line) => msg === 'no newline', ({ event }: Line) => event === 'exit'].map((is) =>
    lines.findIndex(is),
  );
  expect(places).toEqual(places.filter((at) => at >= 0).toSorted((one, other) => one - other));
  expect(isAlive(held)).toBe(true);
});

test('a worker whose master was killed answers its requests, although its output is not read any more', async () => {
  const folder = fresh({
    'worker.mjs': `
      import { writeSync } from 'node:fs';
      import { createServer } from 'node:http';
      import { logger, stopping$ } from 'proteus-cluster/worker';
      const isBroken = () => {
        try { return writeSync(1, 'x\\n') < 0; } catch (error) { return error.code === 'EPIPE'; }
      };
      createServer((request, response) => {
        process.once('disconnect', () => {
          while (!isBroken());
          for (let more = 0; more < 100; more += 1) {
            console.log('to nobody');
            console.error('to nobody');
            logger.info('to nobody');
          }
          setImmediate(() => setImmediate(() => response.end('served')));
        });
        stopping$.subscribe(() => process.send({ cmd: 'stopping' }));
        process.send({ cmd: 'request' });
      }).listen(0, '127.0.0.1');`,
  });
  const running = master(folder, { worker: 1, exec: 'worker.mjs', log: { file: 'all.log' } });
  await running.event('started');
  const answer = get(portOf(await running.event('listening')));
  await running.event('message');
  running.signal('SIGTERM');
  await running.events('message', 2);
  running.signal('SIGKILL');
  expect(await answer).toBe('served');
  expect(readFileSync(join(folder, 'all.log'), 'utf8')).not.toContain('to nobody');
});
