import { renameSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fresh, get, master, pidOf, portOf, type Program, sorted, workers, write } from './harness.js';

const ready = (generation: number) => (told: { type: string; worker?: { generation: number } }) =>
  told.type === 'ready' && told.worker?.generation === generation;

/** Asks on new connections, one after the other, until `over`; every answer is kept, and a refusal is one. */
const visit = async (port: number, over: AbortSignal): Promise<readonly string[]> => {
  const answers: string[] = [];
  while (!over.aborted) {
    // oxlint-disable-next-line no-await-in-loop
    answers.push(await get(port).catch((error: Error) => `failed: ${error.message}`));
  }
  return answers;
};

/** Says what a fork was given. */
const saying = (name: string) =>
  `process.send(['${name}', process.argv.slice(2), process.env.ROUND, process.cwd().split('/').at(-1)]);`;

const pidsOf = (program: Program, generation: number) => sorted(program.past(ready(generation)).map(pidOf));

test('SIGUSR2 replaces every worker on the same port, and no request fails', async () => {
  const program = master(fresh({ 'worker.mjs': workers.http }), { worker: 2, exec: 'worker.mjs' });
  await program.event('started');
  const port = portOf(await program.event('listening'));
  program.signal('SIGUSR2');
  const over = new AbortController();
  const visits = [1, 2, 3].map(() => visit(port, over.signal));
  const end = await program.event('restart-end');
  over.abort();
  expect(end).toMatchObject({ result: { outcome: 'done', replaced: [1, 2], kept: [] } });
  const answers = (await Promise.all(visits)).flat();
  expect(answers.filter((answer) => answer.startsWith('failed'))).toEqual([]);
  expect(new Set(program.past('listening').map(portOf))).toEqual(new Set([port]));
  // The old one is asked to leave when the new one serves, slot after slot.
  const steps = program.past(({ type }) => type === 'replace-end' || type === 'retire');
  expect(steps.map(({ type, worker }) => `${type} ${worker?.slot}`)).toEqual([
    'replace-end 1',
    'retire 1',
    'replace-end 2',
    'retire 2',
  ]);
  const [before, after] = [pidsOf(program, 1), pidsOf(program, 2)];
  expect(before).toHaveLength(2);
  expect(after).toHaveLength(2);
  expect(new Set([...before, ...after]).size).toBe(4);
  expect(before.map(String)).toContain(answers.at(0));
  expect(after.map(String)).toContain(await get(port));
  expect(sorted(program.past('exit').map(pidOf))).toEqual(before);
});

test('restart() says what came of it; requests during a roll share one more', async () => {
  const program = master(fresh({ 'worker.mjs': workers.http }), { worker: 1, exec: 'worker.mjs' });
  await program.event('started');
  const replies = [program.call('restart')];
  await program.event('restart-begin');
  replies.push(program.call('restart'), program.call('restart'));
  const results = await Promise.all(replies);
  expect(results.map(({ result }) => result)).toEqual([
    { outcome: 'done', replaced: [1], kept: [] },
    { outcome: 'done', replaced: [1], kept: [] },
    { outcome: 'done', replaced: [1], kept: [] },
  ]);
  expect(program.past('restart-end')).toHaveLength(2);
});

test('restart() says that it was cut short where the cluster is unsubscribed meanwhile', async () => {
  const program = master(
    fresh({ 'worker.mjs': workers.http }),
    `const running = run({ worker: 1, exec: 'worker.mjs' });
     can.cut = async () => {
       const result = proteus.restart();
       running.unsubscribe();
       return await result;
     };`,
  );
  await program.event('started');
  expect((await program.call('cut')).result).toEqual({
    outcome: 'cancelled',
    replaced: [],
    kept: [1],
    cause: { why: 'the cluster has ended' },
  });
});

test.each([
  ['throws', `throw new SyntaxError('half a deploy');`, 'exited with code 1: SyntaxError: half a deploy'],
  ['is no JavaScript', `const = ;`, 'exited with code 1: SyntaxError'],
  ['exits with 0', `process.exit();`, 'exited with code 0'],
])('a deploy that %s keeps the old workers, and restart() names worker and exit', async (_, broken, why) => {
  const folder = fresh({ 'worker.mjs': workers.http });
  const program = master(folder, { worker: 2, exec: 'worker.mjs' });
  await program.event('started');
  const port = portOf(await program.event('listening'));
  write(folder, { 'worker.mjs': broken });
  const { result } = await program.call('restart');
  expect(result).toMatchObject({ outcome: 'aborted', replaced: [], kept: [1, 2] });
  expect(result?.cause?.why).toContain(why);
  expect(result?.cause?.worker).toMatchObject({ slot: 1, generation: 2 });
  expect(result?.cause?.exit).toMatchObject({ code: broken.includes('exit') ? 0 : 1, requested: false });
  expect(await program.event('mixed')).toMatchObject({
    slots: [
      { slot: 1, generation: 1, replaced: false },
      { slot: 2, generation: 1, replaced: false },
    ],
  });
  expect(pidsOf(program, 1).map(String)).toContain(await get(port));
  expect(program.past('fork')).toHaveLength(3);
  expect(program.past('exit')).toHaveLength(1);

  write(folder, { 'worker.mjs': workers.http });
  expect((await program.call('restart')).result).toMatchObject({ outcome: 'done', replaced: [1, 2] });
});

test('a replacement that hangs before it listens is dropped after readyTimeout', async () => {
  const folder = fresh({ 'worker.mjs': workers.http });
  const program = master(folder, { worker: 1, exec: 'worker.mjs', readyTimeout: 2_000 });
  await program.event('started');
  write(folder, { 'worker.mjs': 'setInterval(() => {}, 1_000);' });
  const { result } = await program.call('restart');
  expect(result).toMatchObject({ outcome: 'aborted', kept: [1], cause: { why: 'it was not ready within 2000 ms' } });
  expect(await program.event('exit')).toMatchObject({ worker: { generation: 2 }, signal: 'SIGKILL', requested: true });
});

/** Says which release it is, by its file, its folder and its text. */
const says = (release: string) => `
    process.send([import.meta.url.split('/').at(-2), process.cwd().split('/').at(-1), '${release}']);
    setInterval(() => {}, 1_000);`;

test('a moved `current` link is followed by the next restart', async () => {
  const folder = fresh({ 'releases/one/worker.mjs': says('one'), 'releases/two/worker.mjs': says('two') });
  const current = join(folder, 'current');
  symlinkSync('releases/one', current);
  write(folder, { 'releases/one/node_modules/.keep': '' });
  const program = master(
    join(folder, 'releases/one'),
    { worker: 1, exec: 'worker.mjs', pid: join(folder, 'master.pid'), ready: 'online', disconnectTimeout: 100 },
    { cwd: current },
  );
  expect(await program.event('message')).toMatchObject({ message: ['one', 'one', 'one'] });
  await program.event('started');
  symlinkSync('releases/two', join(folder, 'next'));
  renameSync(join(folder, 'next'), current);
  expect((await program.call('restart')).result).toMatchObject({ outcome: 'done' });
  expect((await program.events('message', 2))[1]).toMatchObject({ message: ['two', 'two', 'two'] });
});

test('exec, args, env and cwd may be functions: they are called at each fork', async () => {
  const program = master(
    fresh({ 'a.mjs': saying('a'), 'b.mjs': saying('b'), 'dir1/x': '', 'dir2/x': '' }),
    `let round = 1;
     run({
       worker: 1,
       ready: 'online',
       exec: () => (round === 1 ? 'a.mjs' : 'b.mjs'),
       args: () => ['round', String(round)],
       env: () => ({ ROUND: String(round) }),
       cwd: () => 'dir' + round,
     });
     can.next = () => { round += 1; };`,
  );
  expect(await program.event('message')).toMatchObject({ message: ['a', ['round', '1'], '1', 'dir1'] });
  await program.event('started');
  await program.call('next');
  await program.call('restart');
  expect((await program.events('message', 2))[1]).toMatchObject({ message: ['b', ['round', '2'], '2', 'dir2'] });
});

test('what such a function throws is an error and an exit of a worker that never was; the cluster lives', async () => {
  const program = master(
    fresh({ 'worker.mjs': workers.http }),
    `let broken = false;
     run({ worker: 1, exec: 'worker.mjs', args: () => { if (broken) throw new Error('no arguments today'); return []; } });
     can.break = () => { broken = true; };
     can.mend = () => { broken = false; };`,
  );
  await program.event('started');
  await program.call('break');
  const { result } = await program.call('restart');
  expect(result).toMatchObject({ outcome: 'aborted', kept: [1], cause: { exit: { reason: 'spawn' } } });
  expect((await program.event('error')).error?.message).toContain('no arguments today');
  await program.call('mend');
  expect((await program.call('restart')).result).toMatchObject({ outcome: 'done' });
  expect(new Set(program.past('fork').map(({ worker }) => worker?.id)).size).toBe(3);
});
