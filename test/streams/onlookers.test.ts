import { filter, firstValueFrom, map, NEVER } from 'rxjs';
import { afterEach, expect, test } from 'vitest';
import type { ClusterEvent } from '../../src/events.js';
import { cmd } from '../../src/messaging/route.js';
import { type Running, running$, told$ } from '../../src/running.js';
import { history } from '../../src/operators/history.js';
import { events$ } from '../../src/streams/events.js';
import { messages$ } from '../../src/streams/messages.js';
import { signals$ } from '../../src/streams/signals.js';
import { workers$ } from '../../src/streams/workers.js';
import { nodeHost } from '../../src/host/node.js';

const worker = { id: 7, slot: 2, generation: 3, pid: 4711, cluster: 'test' };
const stamp = { time: 1, seq: 1, cluster: 'test' };
const message = (said: unknown): ClusterEvent => ({ type: 'message', worker, message: said, ...stamp });
const signal: ClusterEvent = { type: 'signal', signal: 'SIGUSR2', action: 'restart', ...stamp };

const launch = {
  exec: () => '',
  args: () => [],
  execArgv: () => [],
  env: () => ({}),
  cwd: () => '/',
  uid: undefined,
  gid: undefined,
  serialization: 'json',
  drain: undefined,
  compileCache: false,
  piped: false,
  base: '/',
} as const;

const run = (slots: number): Running & { readonly tell: (event: ClusterEvent) => void } => {
  const memory = history('test', slots);
  const running = { name: 'test', host: nodeHost(launch), census: memory.state, ask: () => {}, gone$: NEVER };
  running$.next([running]);
  const tell = (event: ClusterEvent) => {
    memory.fold(event);
    told$.next(event);
  };
  return { ...running, tell };
};

afterEach(() => running$.next([]));

test('messages$ has who sent a message, and cmd() picks by command', () => {
  const heard: unknown[] = [];
  const subscription = messages$.pipe(filter(cmd('fromWorker'))).subscribe((said) => heard.push(said));
  told$.next(message({ cmd: 'fromWorker', msg: 'hello' }));
  told$.next(message({ cmd: 'other' }));
  told$.next(message('fromWorker'));
  told$.next(signal);
  subscription.unsubscribe();
  told$.next(message({ cmd: 'fromWorker', msg: 'bye' }));
  expect(heard).toEqual([{ worker, message: { cmd: 'fromWorker', msg: 'hello' } }]);
});

test('signals$ has the signals that are handled, and what for', () => {
  const heard: unknown[] = [];
  const subscription = signals$.subscribe((handled) => heard.push(handled));
  told$.next(message('hello'));
  told$.next(signal);
  subscription.unsubscribe();
  expect(heard).toEqual([{ signal: 'SIGUSR2', action: 'restart', cluster: 'test' }]);
});

test('workers$ tells a late subscriber who is there, and everybody what changes', async () => {
  const { tell } = run(2);
  tell({ type: 'fork', worker, why: 'start', ...stamp });
  const sizes: number[] = [];
  const subscription = workers$
    .pipe(map((slots) => slots.flatMap(({ workers }) => workers).length))
    .subscribe((size) => sizes.push(size));
  expect(await firstValueFrom(workers$)).toEqual([
    { cluster: 'test', slot: 1, vacant: false, workers: [] },
    { cluster: 'test', slot: 2, vacant: false, workers: [{ ...worker, ready: false, leaving: false }] },
  ]);
  tell({ type: 'ready', worker, why: 'is online', ...stamp });
  const [, second] = await firstValueFrom(workers$);
  expect(second?.workers).toEqual([{ ...worker, ready: true, leaving: false }]);
  tell(message('hello'));
  tell({ type: 'exit', worker, code: 0, signal: null, requested: true, reason: 'requested', uptime: 5, ...stamp });
  running$.next([]);
  subscription.unsubscribe();
  expect(sizes).toEqual([1, 1, 0, 0]);
  expect(await firstValueFrom(workers$)).toEqual([]);
});

test('what a snapshot held stays as it was', async () => {
  const { tell } = run(2);
  tell({ type: 'fork', worker, why: 'start', ...stamp });
  const before = await firstValueFrom(workers$);
  tell({ type: 'ready', worker, why: 'is online', ...stamp });
  expect(before[1]?.workers[0]?.ready).toBe(false);
});

test('a subscriber that throws ends nothing: it becomes one error event, and the others hear everything', () => {
  const heard: string[] = [];
  const failing = events$.pipe(map(({ type }) => type)).subscribe((type) => {
    throw new Error(`not ${type}`);
  });
  const listening = events$.subscribe((event) => heard.push(event.type === 'error' ? event.error.message : event.type));
  told$.next(signal);
  told$.next(signal);
  failing.unsubscribe();
  listening.unsubscribe();
  expect(heard.toSorted()).toEqual(['a subscriber of events$ threw: not signal', 'signal', 'signal']);
});

test('an operator that throws behind a hot stream ends its own subscription, with an error event', () => {
  const heard: string[] = [];
  const failing = events$
    .pipe(
      map(() => {
        throw new Error('no');
      }),
    )
    .subscribe();
  const listening = events$.subscribe((event) => heard.push(event.type));
  told$.next(signal);
  told$.next(signal);
  listening.unsubscribe();
  expect(failing.closed).toBe(true);
  expect(heard.toSorted()).toEqual(['error', 'signal', 'signal']);
});
