/** Subscribers that fail, synchronously and later: each failure is one event, the others receive it, and the master continues. */
import { expect, test } from 'vitest';
import { fresh, master, program as run, workers } from './harness.js';

const subscribers = `
  const { events$, workers$, logs$, messages$, signals$, cluster, route } = proteus;
  const fail = async (what) => { throw new Error(what); };
  events$.subscribe(() => fail('events 1'));
  events$.subscribe(() => fail('events 2'));
  events$.subscribe(() => { throw new Error('events 3'); });
  workers$.subscribe(() => fail('workers'));
  logs$.subscribe(() => fail('logs'));
  messages$.subscribe(() => fail('messages'));
  signals$.subscribe(() => fail('signals'));
  cluster.addMessageListener('hello', () => fail('listener'));
  messages$.pipe(route({ hello: () => fail('handler') })).subscribe();
  let calls = 0;
  events$.subscribe(async () => { if ((calls += 1) % 2) throw new Error('at times'); });
  // It asks for the end by a signal, from a timer: both have to get through.
  events$.subscribe(({ type }) => type === 'restart-end' && setTimeout(() => process.kill(process.pid, 'SIGTERM'), 1));`;

const worker = `${workers.http}
  process.send({ cmd: 'hello' });
  console.log('hello');`;

test.each([
  ['cluster$', `run({ worker: 1, exec: 'worker.mjs', log: { file: 'all.log' } });`],
  [
    'a supervisor',
    `proteus.oneForAll(proteus.cluster$({ worker: 1, exec: 'worker.mjs', pid: false, ready: 'listening', log: { file: 'all.log' } })).subscribe({
       next: tell, complete: () => tell({ type: 'completed' }),
     });`,
  ],
])(
  'async subscribers that reject, under %s: timers run, signals are heard, and each is told of once',
  async (_, start) => {
    const program = master(fresh({ 'worker.mjs': worker }), `${subscribers}\n${start}`);
    await program.event('started');
    await program.event(({ error }) => error?.message.includes('handler') === true);
    await program.event(({ error }) => error?.message.includes('a subscriber of logs$') === true);
    program.signal('SIGUSR2');
    await program.event('completed');
    expect(await program.ended()).toEqual({ code: 0, signal: null });

    const told = program.past('error').map(({ error }) => error?.message ?? '');
    const count = (what: string) => told.filter((message) => message.endsWith(what)).length;
    // The second worker sends a message, too; each failure of a handler is reported, with its worker.
    expect(
      Object.fromEntries(
        ['handler', 'listener', 'logs', 'messages', 'signals', 'workers'].map((what) => [what, count(what)]),
      ),
    ).toEqual({ handler: 2, listener: 1, logs: 1, messages: 1, signals: 1, workers: 1 });
    expect([count('events 1'), count('events 2'), count('events 3')]).toEqual([1, 1, 1]);
    // A subscriber that fails at every other call has succeeded in between, so there may be a report for each event that is no report.
    expect(count('at times')).toBeLessThanOrEqual(program.told.length - told.length);
  },
);

test('a master whose only subscriber rejects ends by SIGTERM', async () => {
  const folder = fresh({
    'worker.mjs': workers.http,
    'master.mjs': `
      import { cluster$, events$ } from 'proteus-cluster';
      cluster$({ worker: 1, exec: 'worker.mjs', pid: false, log: false, ready: 'listening' }).subscribe();
      let calls = 0;
      events$.subscribe(async ({ type }) => {
        calls += 1;
        if (type === 'ready') console.log('ready');
        if (type === 'end') console.log('calls', calls);
        throw new Error('no');
      });`,
  });
  const program = run(folder, process.execPath, ['master.mjs']);
  await program.printed(/ready/);
  program.signal('SIGTERM');
  expect(await program.ended()).toEqual({ code: 0, signal: null });
  const [, calls] = await program.printed(/calls (\d+)/);
  expect(Number(calls)).toBeLessThan(50);
});
