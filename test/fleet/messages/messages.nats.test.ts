import { firstValueFrom, lastValueFrom, type Observable, shareReplay, take, toArray } from 'rxjs';
import { expect, onTestFinished, test } from 'vitest';
import { type NatsStore, natsStore, publish, requestAll, topic$ } from '../../../src/fleet.js';
import { fresh, master, type Program, type Told } from '../../process/harness.js';
import { natsServer } from '../natsServer.js';

/** Says what it hears under the topic, publishes on request, and answers some requests. */
const worker = (handlers: string): string => `
  import { messages$, publish, route, send, topic$, worker } from 'proteus-cluster/worker';
  topic$('news', { scope: 'fleet' }).subscribe((heard) => send({ heard }));
  topic$('news').subscribe((heard) => send({ heard: 'of the cluster: ' + heard }));
  const say = ({ message }) => publish('news', message.text, { scope: 'fleet' }).then(() => 'passed on', ({ message }) => message);
  messages$.pipe(route({ say, ${handlers} })).subscribe();
  send('ready');`;
const hello = `hello: () => 'hello of ' + worker.slot,`;
const sessions = `sessions: () => 7,`;

/** A master that takes part in a fleet. */
const host = (name: string, address: string, workers: number, handlers: string): Program =>
  master(
    fresh({ 'worker.mjs': worker(handlers) }),
    `const { fleet } = await import('proteus-cluster/fleet');
     const { firstValueFrom, map } = await import('rxjs');
     fleet({ servers: '${address}', name: 'test', host: '${name}' }).subscribe(({ type }) => tell({ type: 'fleet:' + type }));
     can.ask = (message) => firstValueFrom(proteus.request(message, { to: { slot: 1 } }).pipe(map(({ reply, error }) => error?.message ?? reply)));
     run({ worker: ${workers}, exec: 'worker.mjs', name: 'shop', ready: 'message' });`,
  );

const said = async (program: Program, text: string): Promise<unknown> => {
  const { result } = await program.call('ask', { cmd: 'say', text });
  return result;
};

const heardBy = (program: Program): readonly string[] =>
  program.past('message').flatMap(({ message }) => {
    const isHeard = typeof message === 'object' && message !== null && 'heard' in message;
    return isHeard ? [String(message.heard)] : [];
  });
const hears =
  (text: string) =>
  ({ type, message }: Told): boolean =>
    type === 'message' &&
    typeof message === 'object' &&
    message !== null &&
    'heard' in message &&
    message.heard === text;

/** The answers of all hosts, in the order of their names. */
const answersOf = async (store: NatsStore, cmd: string): Promise<readonly string[]> => {
  const answers = await lastValueFrom(requestAll(store, { cmd }).pipe(toArray()));
  return answers
    .map(({ host: name, replies, error }) => {
      const bySlot = replies.toSorted((one, other) => one.slot - other.slot);
      return `${name}: ${error ?? bySlot.map((one) => one.error ?? String(one.reply)).join(', ')}`;
    })
    .toSorted();
};

/** A store of this process, connected until the test is finished. */
const connectedTo = async (address: string): Promise<NatsStore> => {
  const store$ = natsStore({ servers: address, name: 'test' }).pipe(shareReplay(1));
  const connection = store$.subscribe();
  onTestFinished(() => connection.unsubscribe());
  const store = await firstValueFrom(store$);
  await firstValueFrom(store.reachable$.pipe(take(2), toArray()));
  return store;
};

const collected = <T>(values$: Observable<T>): readonly T[] => {
  const values: T[] = [];
  const subscription = values$.subscribe((value) => values.push(value));
  onTestFinished(() => subscription.unsubscribe());
  return values;
};

test('three hosts: topics reach the workers of all of them, and requests get what answers there are', async () => {
  const nats = await natsServer();
  const [one, two, three] = [
    host('one', nats.address, 2, hello + sessions),
    host('two', nats.address, 1, hello + sessions),
    host('three', nats.address, 1, hello),
  ];
  const hosts = [one, two, three];
  await Promise.all(hosts.flatMap((program) => [program.event('started'), program.event('fleet:joined')]));
  const store = await connectedTo(nats.address);

  const news = collected(topic$(store, 'news'));
  expect(await said(one, 'first')).toBe('passed on');
  await Promise.all([one.events(hears('first'), 2), two.event(hears('first')), three.event(hears('first'))]);
  await lastValueFrom(publish(store, 'news', 'of a program'), { defaultValue: undefined });
  await Promise.all(hosts.map((program) => program.event(hears('of a program'))));
  expect(await said(three, 'last')).toBe('passed on');
  await Promise.all([one.events(hears('last'), 2), two.event(hears('last')), three.event(hears('last'))]);
  expect(heardBy(two)).toEqual(['first', 'of a program', 'last']);
  expect(news).toEqual(['first', 'of a program', 'last']);

  expect(await answersOf(store, 'hello')).toEqual([
    'one: hello of 1, hello of 2',
    'three: hello of 1',
    'two: hello of 1',
  ]);
  // A master that is stopped does not answer, and a worker without a handler does not either: the others do.
  two.signal('SIGSTOP');
  expect(await answersOf(store, 'sessions')).toEqual([
    'one: 7, 7',
    'three: request: no answer came within 4000 ms',
    'two: no answer within 5000 ms',
  ]);
  two.signal('SIGCONT');
  expect(await answersOf(store, 'hello')).toHaveLength(3);

  await nats.kill();
  await one.event('fleet:disconnected');
  expect(await said(one, 'lost')).toBe(`publish: ${nats.address}: not connected`);
  expect((await one.event('error')).error?.message).toBe(`${nats.address}: not connected`);
}, 60_000);
