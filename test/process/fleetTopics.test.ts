import { expect, test } from 'vitest';
import { fresh, master, type Program } from './harness.js';

/** A worker that says what it hears, and what becomes of what it publishes on the message `publish`. */
const worker = `
  import { filter } from 'rxjs';
  import { cmd, messages$, publish, send, topic$ } from 'proteus-cluster/worker';
  const told = (what) => process.send({ cmd: 'told', what });
  topic$('price', { scope: 'fleet' }).subscribe((data) => told('fleet ' + data));
  topic$('price').subscribe((data) => told('cluster ' + data));
  const publishAll = (topic, all) =>
    Promise.allSettled(all.map((data) => publish(topic, data, { scope: 'fleet' }))).then((results) =>
      told(results.map(({ reason }) => (reason === undefined ? 'passed on' : reason.name + ': ' + reason.message))));
  messages$.pipe(filter(cmd('publish'))).subscribe(({ message: { topic, all } }) => publishAll(topic, all));
  messages$.pipe(filter(cmd('bad'))).subscribe(() => publishAll('price', [7n]));
  messages$.pipe(filter(cmd('unawaited'))).subscribe(() => { publish('refused', 1, { scope: 'fleet' }); send({ cmd: 'told', what: 'goes on' }); });
  send('ready');`;

const start = async (script: string): Promise<Program> => {
  const program = master(
    fresh({ 'worker.mjs': worker }),
    `import { filter } from 'rxjs';
     ${script}
     proteus.messages$.pipe(filter(proteus.cmd('told'))).subscribe(({ worker, message }) => tell({ type: 'told', worker, value: message.what }));
     run({ exec: 'worker.mjs', name: 'shop', worker: 1, ready: 'message' });`,
  );
  await program.event('started');
  return program;
};

const values = (program: Program) => program.past('told').map(({ value }) => value);
const faults = (program: Program) => program.past('error').map(({ error, worker }) => [worker?.slot, error?.message]);

test('what is published with the scope fleet is given to the fleet in the master, in order, and its subscribers get what that sends', async () => {
  const program = await start(`
    proteus.messages$.pipe(proteus.route({
      'fleet.publish': ({ message: { topic, data } }) => {
        if (topic === 'refused') throw new Error('the store is away');
        proteus.send({ cmd: 'fleet.topic', topic, data });
      },
    })).subscribe();`);
  await program.call('send', { cmd: 'publish', topic: 'price', all: [1, 2, 3] });
  await program.call('send', { cmd: 'publish', topic: 'stock', all: [4] });
  await program.call('send', { cmd: 'publish', topic: 'refused', all: [5] });
  await program.events('told', 6);
  expect(values(program)).toEqual([
    'fleet 1',
    'fleet 2',
    'fleet 3',
    ['passed on', 'passed on', 'passed on'],
    ['passed on'],
    ['MessageError: publish: the store is away'],
  ]);
  // What is refused and awaited by nobody ends no process.
  await program.call('send', { cmd: 'unawaited' });
  await program.event(({ value }) => value === 'goes on');
  await program.call('send', { cmd: 'bad' });
  await program.event(({ value }) => String(value).includes('BigInt'));
  await program.events('error', 3);
  expect(faults(program)).toEqual([
    [1, "route: the handler of 'fleet.publish' threw: the store is away"],
    [1, "route: the handler of 'fleet.publish' threw: the store is away"],
    [1, expect.stringMatching(/^publish: .*BigInt/)],
  ]);
  expect(program.past('exit')).toEqual([]);
});

test('in a master that is in no fleet publishing is refused, and that is one error event', async () => {
  const program = await start('');
  await program.call('send', { cmd: 'publish', topic: 'price', all: [1, 2] });
  const why =
    "publish: nobody in the master has passed topic 'price' on to a fleet within 5000 ms. Expected fleet() of 'proteus-cluster/fleet', or the option fleet of the configuration file";
  await program.event('told');
  expect(values(program)).toEqual([[`MessageError: ${why}`, `MessageError: ${why}`]]);
  await program.event('error');
  expect(faults(program)).toEqual([[1, why]]);
});
