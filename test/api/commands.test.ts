import { filter, firstValueFrom, from, Subject, throwError, timer } from 'rxjs';
import { afterEach, describe, expect, test } from 'vitest';
import { forceShutdown, reopenLogs, restart, restart$, scale, shutdown, shutdown$ } from '../../src/api/commands.js';
import { is } from '../../src/api/is.js';
import { describeEvent } from '../../src/log/describeEvent.js';
import type { ClusterEvent } from '../../src/features/index.js';
import type { ClusterCommand } from '../../src/vocabulary/events.js';
import { nodeHost } from '../../src/host/nodeHost.js';
import { eventHistory } from '../../src/state/eventHistory.js';
import { runningClusters$, allEvents$ } from '../../src/registry/runningClusters.js';
import { traffic } from '../../src/registry/traffic.js';
import { events$ } from '../../src/streams/hot/events.js';

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
  schedulingPolicy: undefined,
  piped: false,
  signals: [],
  base: '/',
} as const;

/** A registered cluster without workers: its commands are recorded, and emitted as events. */
const run = () => {
  const asked: ClusterCommand[] = [];
  const gone$ = new Subject<void>();
  const memory = eventHistory('test', 1);
  const submit = (wish: ClusterCommand) => {
    asked.push(wish);
    if (wish.type !== 'scale' && wish.type !== 'feature') allEvents$.next(memory.stamp(wish));
  };
  runningClusters$.next([
    {
      name: 'test',
      host: nodeHost(launch),
      state: memory.state,
      config: {},
      submit,
      gone$,
      temporary: false,
      traffic: traffic(),
    },
  ]);
  return { asked, gone$ };
};

/** An unhandled rejection would be reported by then, and fail the test. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

const errors = () => {
  const told: string[] = [];
  const subscription = events$.subscribe(
    (event: ClusterEvent) => event.type === 'error' && told.push(event.error.name),
  );
  return { told, subscription };
};

afterEach(() => runningClusters$.next([]));

describe.each([
  ['an emitter of signals', ['SIGUSR1', 10]],
  ['an Observable of signals', ['SIGUSR1']],
  ['a timer', [0]],
  ['an EventTarget', [new Event('click')]],
  ['a watched folder', ['change', 'worker.js']],
] as const)('called back by %s', (_, given) => {
  test.each([
    ['restart', restart],
    ['shutdown', shutdown],
    ['forceShutdown', forceShutdown],
  ] as const)('%s means all clusters', async (name, command: (...values: readonly never[]) => unknown) => {
    const { asked, gone$ } = run();
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    void command(...(given as unknown as readonly never[]));
    gone$.next();
    await nextTurn();
    expect(asked).toMatchObject([{ type: name === 'restart' ? 'restart' : 'shutdown', why: `${name}()` }]);
  });
});

test('reopenLogs asks each cluster to open its log again, which is an event, and throws where none runs', async () => {
  const { asked } = run();
  const event = firstValueFrom(events$.pipe(filter(is('reopen'))));
  reopenLogs();
  expect(asked).toEqual([{ type: 'reopen', why: 'reopenLogs()' }]);
  expect(describeEvent(await event)).toEqual(['info', 'the log files are opened again: reopenLogs()']);
  runningClusters$.next([]);
  expect(reopenLogs).toThrow(/reopenLogs\(\): expected a running cluster, there is none/);
});

test('a command that fails rejects and emits an error event; an unhandled rejection does not end the process', async () => {
  const { told, subscription } = errors();
  void restart();
  await expect(restart()).rejects.toMatchObject({ name: 'NotRunningError' });
  await expect(shutdown({ cluster: 'web' })).rejects.toMatchObject({ name: 'NotRunningError' });
  await nextTurn();
  subscription.unsubscribe();
  expect(told).toEqual(['NotRunningError', 'NotRunningError', 'NotRunningError']);
});

test.each([['web'], [null], [['web']], [{ clutser: 'web' }]])(
  'restart(%j) is refused, because it could be read as a restart of all',
  async (to) => {
    const { asked } = run();
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    await expect(restart(to as never)).rejects.toMatchObject({ name: 'ConfigError' });
    expect(asked.map(({ type }) => type)).toEqual(['error']);
  },
);

test.each([
  [{ slot: 0 }, 'ConfigError', 'restart().slot: expected a whole number from 1 to 10000, got 0'],
  [{ slot: '1' }, 'ConfigError', 'restart().slot: expected a whole number from 1 to 10000, got "1"'],
  [{ why: '' }, 'ConfigError', 'restart().why: expected a string that is not empty, got ""'],
  [{ slots: 1 }, 'ConfigError', 'restart().slots: is not an option. Did you mean restart().slot?'],
  [{ slot: 1, cluster: 'web' }, 'NotRunningError', "restart(): expected a running cluster 'web', there is 'test'"],
])('restart(%j) is refused, and nothing is restarted', async (to, name, message) => {
  const { asked } = run();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  await expect(restart(to as never)).rejects.toMatchObject({ name, message });
  expect(asked.map(({ type }) => type)).not.toContain('restart');
});

test.each([0, 1.5, '4', null])('scale(%o) is refused, and nothing changes', (size) => {
  const { asked } = run();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  expect(() => scale(size as never)).toThrow(/^scale\(\): expected a whole number from 1 to 10000, got /);
  expect(asked.map(({ type }) => type)).not.toContain('scale');
});

test('a timer can be given shutdown, with its types', async () => {
  const { asked, gone$ } = run();
  await new Promise<void>((resolve) => timer(1).subscribe({ next: shutdown, complete: resolve }));
  gone$.next();
  expect(asked).toMatchObject([{ type: 'shutdown', why: 'shutdown()' }]);
});

describe('restart$ and shutdown$', () => {
  test('emit what requested them', () => {
    const { gone$ } = run();
    const heard: unknown[] = [];
    const subscription = restart$.subscribe((asked) => heard.push(asked));
    subscription.add(shutdown$.subscribe((asked) => heard.push(asked)));
    restart$.next();
    void restart();
    void restart({ slot: 1, why: 'it leaks memory' });
    allEvents$.next({ type: 'restart', request: 'SIGUSR2#1', why: 'SIGUSR2', time: 1, seq: 1, cluster: 'web' });
    shutdown$.next('now');
    void forceShutdown();
    gone$.next();
    subscription.unsubscribe();
    expect(heard).toEqual([
      { cluster: 'test', why: 'restart$' },
      { cluster: 'test', why: 'restart()' },
      { cluster: 'test', why: 'it leaks memory', slot: 1 },
      { cluster: 'web', why: 'SIGUSR2' },
      { cluster: 'test', why: 'shutdown$', force: false },
      { cluster: 'test', why: 'forceShutdown()', force: true },
    ]);
  });

  test('outlive a source that completes, or errors, which is an error event', () => {
    const { asked } = run();
    from(['one']).subscribe(restart$);
    throwError(() => new Error('broken')).subscribe(restart$);
    from(['two']).subscribe(restart$);
    expect(asked.map(({ type }) => type)).toEqual(['restart', 'error', 'restart']);
    expect(asked[1]).toMatchObject({ error: { message: 'the source of restart$ threw: broken' } });
  });

  test('report a subscriber that fails, and go on', async () => {
    const { asked } = run();
    let calls = 0;
    const subscription = restart$.subscribe(async () => {
      calls += 1;
      throw new Error('no');
    });
    restart$.next();
    await nextTurn();
    restart$.next();
    await nextTurn();
    subscription.unsubscribe();
    expect(calls).toBe(2);
    expect(asked.map(({ type }) => type)).toEqual(['restart', 'error', 'restart']);
  });

  test('a request where nothing runs is an error event', () => {
    const { told, subscription } = errors();
    restart$.next();
    subscription.unsubscribe();
    expect(told).toEqual(['Error']);
  });
});
