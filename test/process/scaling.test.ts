import { expect, test } from 'vitest';
import { fresh, get, gone, isAlive, master, pidOf, portOf, sorted, workers, write } from './harness.js';

const files = { 'worker.mjs': workers.http, 'slow.mjs': workers.slow };
const slots = (told: readonly { readonly worker?: { readonly slot: number } }[]) =>
  sorted(told.flatMap(({ worker }) => (worker === undefined ? [] : [worker.slot])));

/** A master that scales on a message. */
const scaling = (options: string) => `import { startWith, Subject } from 'rxjs';
  const worker = new Subject();
  can.follow = (size) => worker.next(size);
  can.fail = () => worker.error(new Error('no more'));
  can.scale = proteus.scale;
  run({ exec: 'worker.mjs', ${options} });`;

test('SIGTTIN and SIGTTOU to the master are one worker more and one fewer', async () => {
  const program = master(fresh(files), { worker: 1, exec: 'worker.mjs' });
  await program.event('started');
  program.signal('SIGTTIN');
  expect(await program.event('scale')).toMatchObject({ from: 1, to: 2, why: 'SIGTTIN' });
  const second = await program.event((told) => told.type === 'ready' && told.worker?.slot === 2);
  program.signal('SIGTTOU');
  expect(await program.event((told) => told.type === 'exit')).toMatchObject({
    worker: { slot: 2, pid: pidOf(second) },
    code: 0,
    requested: true,
  });
  await gone(pidOf(second));
  program.signal('SIGTTOU');
  expect(await program.event(({ why }) => why === 'SIGTTOU, and there is never fewer than one')).toMatchObject({
    to: 1,
  });
  program.signal('SIGTERM');
  await program.event('completed');
});

test('scale(n) is up and down while running, and a request that is being answered is answered', async () => {
  const folder = fresh(files);
  const program = master(folder, "can.scale = proteus.scale; run({ worker: 1, exec: 'slow.mjs' });");
  const port = portOf(await program.event('listening'));
  await program.event('started');
  await program.call('scale', 3);
  expect(slots(await program.events('ready', 3))).toEqual([1, 2, 3]);
  // Round robin: the third request is in the third worker.
  const answers = [get(port), get(port), get(port)];
  await program.events('message', 3);
  await program.call('scale', 1);
  expect(slots(await program.events('retire', 2))).toEqual([2, 3]);
  write(folder, { go: '' });
  expect(new Set(await Promise.all(answers)).size).toBe(3);
  expect(await program.events('exit', 2)).toMatchObject([{ requested: true }, { requested: true }]);
  expect(program.past('kill')).toEqual([]);
  program.signal('SIGTERM');
  await program.event('completed');
});

test('a cluster follows an observable, and keeps its size when that says nonsense or ends with an error', async () => {
  const program = master(fresh(files), scaling('worker: worker.pipe(startWith(2))'));
  expect(await program.event('started')).toMatchObject({ workers: 2 });
  await program.call('follow', 3);
  expect(slots(await program.events('ready', 3))).toEqual([1, 2, 3]);
  await program.call('follow', -1);
  expect(await program.event('error')).toMatchObject({
    error: {
      name: 'ConfigError',
      message:
        'worker: expected the Observable to emit a whole number from 1 to 10000, or { to, why }, got -1. The number of slots stays as it is',
    },
  });
  await program.call('fail');
  const [, second] = await program.events('error', 2);
  expect(second?.error?.message).toBe('worker: the Observable errored: no more. The number of slots stays as it is');
  expect(program.past('exit')).toEqual([]);
  expect(program.past('ready').every((ready) => isAlive(pidOf(ready)))).toBe(true);
  await program.call('scale', 1);
  expect(slots(await program.events('exit', 2))).toEqual([2, 3]);
  program.signal('SIGTERM');
  await program.event('completed');
});

test('scale() without a running cluster says so', async () => {
  const program = master(fresh(files), 'can.scale = proteus.scale; setInterval(() => {}, 1_000);');
  expect(await program.call('scale', 2)).toMatchObject({ error: { name: 'NotRunningError' } });
});
