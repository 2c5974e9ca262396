import { asapScheduler, bufferCount, filter, firstValueFrom, map, NEVER, observeOn, share, Subscription } from 'rxjs';
import { afterEach, describe, expect, test } from 'vitest';
import type { HistoryEntry } from '../../src/vocabulary/messageBatch.js';
import type { CoreEvent } from '../../src/vocabulary/events.js';
import { cmd } from '../../src/api/messages/route.js';
import { type RunningCluster, runningClusters$, allEvents$, logRecords$ } from '../../src/registry/runningClusters.js';
import { traffic } from '../../src/registry/traffic.js';
import { eventHistory } from '../../src/state/eventHistory.js';
import { events$ } from '../../src/streams/hot/events.js';
import { logs$ } from '../../src/streams/hot/logs.js';
import { messages$ } from '../../src/streams/hot/messages.js';
import { signals$ } from '../../src/streams/hot/signals.js';
import { workers$ } from '../../src/streams/hot/workers.js';
import { nodeHost } from '../../src/host/nodeHost.js';

const worker = { id: 7, slot: 2, generation: 3, pid: 4711, cluster: 'test' };
const stamp = { time: 1, seq: 1, cluster: 'test' };
const message = (said: unknown): HistoryEntry => ({ type: 'messages', worker, messages: [said], json: true, ...stamp });
const signal: CoreEvent = { type: 'signal', signal: 'SIGUSR2', action: 'restart', ...stamp };

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
  signals: [],
  compileCache: false,
  schedulingPolicy: undefined,
  piped: false,
  base: '/',
} as const;

const run = (slots: number): RunningCluster & { readonly tell: (event: HistoryEntry) => void } => {
  const memory = eventHistory('test', slots);
  const running = {
    name: 'test',
    host: nodeHost(launch),
    state: memory.state,
    temporary: false,
    submit: () => {},
    traffic: traffic(),
    config: {},
    gone$: NEVER,
  };
  runningClusters$.next([running]);
  const tell = (event: HistoryEntry) => {
    memory.fold(event);
    allEvents$.next(event);
  };
  return { ...running, tell };
};

afterEach(() => runningClusters$.next([]));

test('messages$ has the worker of each message, and cmd() selects by command', () => {
  const heard: unknown[] = [];
  const subscription = messages$.pipe(filter(cmd('fromWorker'))).subscribe((said) => heard.push(said));
  allEvents$.next(message({ cmd: 'fromWorker', msg: 'hello' }));
  allEvents$.next(message({ cmd: 'other' }));
  allEvents$.next(message('fromWorker'));
  allEvents$.next(signal);
  subscription.unsubscribe();
  allEvents$.next(message({ cmd: 'fromWorker', msg: 'bye' }));
  expect(heard).toEqual([{ worker, message: { cmd: 'fromWorker', msg: 'hello' } }]);
});

test('signals$ has the signals that are handled, and what for', () => {
  const heard: unknown[] = [];
  const subscription = signals$.subscribe((handled) => heard.push(handled));
  allEvents$.next(message('hello'));
  allEvents$.next(signal);
  subscription.unsubscribe();
  expect(heard).toEqual([{ signal: 'SIGUSR2', action: 'restart', cluster: 'test' }]);
});

test('workers$ gives a late subscriber the current workers, and all subscribers the changes', async () => {
  const { tell } = run(2);
  tell({ type: 'fork', worker, why: 'start', ...stamp });
  const sizes: number[] = [];
  const subscription = workers$
    .pipe(map((slots) => slots.flatMap(({ workers }) => workers).length))
    .subscribe((size) => sizes.push(size));
  expect(await firstValueFrom(workers$)).toEqual([
    { cluster: 'test', slot: 1, vacant: false, open: true, workers: [] },
    {
      cluster: 'test',
      slot: 2,
      vacant: false,
      open: true,
      workers: [{ ...worker, ready: false, withdrawn: false, leaving: false }],
    },
  ]);
  tell({ type: 'ready', worker, why: 'is online', ...stamp });
  const [, second] = await firstValueFrom(workers$);
  expect(second?.workers).toEqual([{ ...worker, ready: true, withdrawn: false, leaving: false }]);
  // Neither changes a slot.
  tell(message('hello'));
  allEvents$.next({ type: 'stats', worker, uptime: 5, ...stamp });
  tell({ type: 'exit', worker, code: 0, signal: null, requested: true, reason: 'requested', uptime: 5, ...stamp });
  runningClusters$.next([]);
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

test('a subscriber that throws ends nothing: it becomes one error event, and the others receive everything', () => {
  const heard: string[] = [];
  const failing = events$.pipe(map(({ type }) => type)).subscribe((type) => {
    throw new Error(`not ${type}`);
  });
  const listening = events$.subscribe((event) => heard.push(event.type === 'error' ? event.error.message : event.type));
  allEvents$.next(signal);
  allEvents$.next(signal);
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
  allEvents$.next(signal);
  allEvents$.next(signal);
  listening.unsubscribe();
  expect(failing.closed).toBe(true);
  expect(heard.toSorted()).toEqual(['error', 'signal', 'signal']);
});

/** The next turn, when all that was rejected has been heard of. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

const turns = async (count: number): Promise<void> => {
  if (count === 0) return;
  await nextTurn();
  await turns(count - 1);
};

/** More than any of these tests needs; it is where a loop ends, so that the test can fail. */
const most = 1_000;

/** Subscribers that each fail at all they hear, and one that hears everything. */
const failing = (count: number, fail: (call: number) => unknown) => {
  const subscriptions = new Subscription();
  const calls = Array.from({ length: count }, () => [] as string[]);
  for (const heard of calls) {
    const subscription = events$.subscribe((event) => {
      heard.push(event.type);
      return heard.length > most ? undefined : fail(heard.length);
    });
    subscriptions.add(subscription);
  }
  const told: string[] = [];
  subscriptions.add(events$.subscribe((event) => told.push(event.type === 'error' ? event.error.message : event.type)));
  return { calls, told, subscriptions };
};

const sorted = (texts: readonly string[]) => texts.toSorted();

describe.each([
  ['throws', () => fails('now')],
  ['rejects', () => Promise.resolve().then(() => fails('later'))],
])('a subscriber that %s each time', (how, fail) => {
  const what = how === 'throws' ? 'now' : 'later';

  test('is reported once, to the others, and receives everything else', async () => {
    const { calls, told, subscriptions } = failing(1, fail);
    allEvents$.next(signal);
    await nextTurn();
    allEvents$.next(message('hello'));
    await nextTurn();
    subscriptions.unsubscribe();
    expect(calls).toEqual([['signal', 'message']]);
    expect(sorted(told)).toEqual([`a subscriber of events$ threw: ${what}`, 'message', 'signal']);
  });

  test('receives the reports of others that fail; each is reported once, and the reports end', async () => {
    const { calls, told, subscriptions } = failing(5, fail);
    allEvents$.next(signal);
    await nextTurn();
    subscriptions.unsubscribe();
    expect(calls.map(sorted)).toEqual(calls.map(() => ['error', 'error', 'error', 'error', 'signal']));
    expect(told.filter((text) => text.includes(what))).toHaveLength(5);
  });

  test('is not asked for ever through operators, nor by a stream that is shared', async () => {
    const heard = { buffered: 0, shared: 0 };
    const subscriptions = new Subscription();
    const shared$ = events$.pipe(share());
    subscriptions.add(shared$.subscribe());
    subscriptions.add(shared$.subscribe(() => ((heard.shared += 1) > most ? undefined : fail())));
    subscriptions.add(
      events$
        .pipe(observeOn(asapScheduler), bufferCount(1))
        .subscribe(() => ((heard.buffered += 1) > most ? undefined : fail())),
    );
    allEvents$.next(signal);
    await nextTurn();
    await nextTurn();
    await nextTurn();
    subscriptions.unsubscribe();
    // The signal, and the failure of the other one. One that is shared is not told apart from those that share it.
    expect(heard).toEqual({ buffered: 2, shared: 3 });
  });
});

test('subscribers that fail now and then, also at the reports of others, do not keep each other busy', async () => {
  let total = 0;
  const { calls, subscriptions } = failing(8, async () => {
    total += 1;
    // Every other call of all.
    if (total % 2 === 0) fails('at times');
  });
  allEvents$.next(signal);
  await turns(20);
  const sofar = total;
  await nextTurn();
  subscriptions.unsubscribe();
  expect(total).toBe(sofar);
  // Each fails once at most, and the seven others hear of it.
  expect(Math.max(...calls.map(({ length }) => length))).toBeLessThanOrEqual(8);
});

test.each([
  ['messages$', () => messages$.subscribe(async () => fails('no')), message('hello')],
  ['signals$', () => signals$.subscribe(async () => fails('no')), signal],
  ['workers$', () => workers$.subscribe(async () => fails('no')), signal],
  ['logs$', () => logs$.subscribe(async () => fails('no')), undefined],
])('a subscriber of %s that rejects is reported once', async (name, subscribe, event) => {
  const told: string[] = [];
  const failed = subscribe();
  const listening = events$.subscribe((one) => one.type === 'error' && told.push(one.error.message));
  const tell = () => {
    if (event === undefined)
      logRecords$.next({ worker, output: 'stdout', level: 30, time: 1, msg: 'hello', fields: {} });
    else allEvents$.next(event);
  };
  tell();
  await nextTurn();
  tell();
  await nextTurn();
  failed.unsubscribe();
  listening.unsubscribe();
  expect(told).toEqual([`a subscriber of ${name} threw: no`]);
});

const fails = (what: string): never => {
  throw new Error(what);
};
