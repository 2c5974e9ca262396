import { concat, EMPTY, ignoreElements, map, merge, NEVER, skip, switchMap, take, takeUntil, timer } from 'rxjs';
import { expect } from 'vitest';
import { answerViewers, type Viewed } from '../../../src/fleet/view/answerViewers.js';
import type { FleetStore } from '../../../src/fleet/store/store.js';
import { viewLines } from '../../../src/fleet/view/viewLines.js';
import type { ViewedLine, ViewRequest } from '../../../src/fleet/view/viewRequest.js';
import { marbles } from '../../marbles.js';
import { simulatedStore } from '../simulatedStore.js';

const line = (text: string, changes: Partial<ViewedLine> = {}): ViewedLine => ({
  time: 0,
  level: 'info',
  service: 'shop',
  text,
  ...changes,
});
const ask = (changes: Partial<ViewRequest> = {}): ViewRequest => ({
  id: 'v1',
  what: 'logs',
  level: 'info',
  lines: 10,
  ...changes,
});
/** A viewer, who leaves after some time. */
const view = (store: FleetStore, request: ViewRequest, leaves = 500) =>
  viewLines(store, request).pipe(takeUntil(timer(leaves)));
const nothing: Viewed = { events$: NEVER, logs$: NEVER, recentLogs: () => [] };

/** `host: text text +dropped`. */
const asText = map(
  ({ host, lines, dropped }: { host: string; lines: readonly ViewedLine[]; dropped: number }) =>
    `${host}: ${lines.map(({ text }) => text).join(' ')}${dropped === 0 ? '' : ` +${dropped}`}`,
);

marbles('every host sends its last lines at once, and then those that come, together', ({ expectObservable }) => {
  const system = simulatedStore({ latency: () => 1 });
  const hosts$ = merge(
    ...['a', 'b'].map((host) =>
      answerViewers(system.host(host), host, {
        ...nothing,
        logs$: merge(timer(20).pipe(map(() => line('three'))), timer(30).pipe(map(() => line('four'))), NEVER),
        recentLogs: () => [line('one'), line('two')],
      }),
    ),
  );
  const seen$ = viewLines(system.host('cli'), ask({ lines: 1 })).pipe(asText, take(4));
  hosts$.subscribe();
  expectObservable(seen$).toBe('----(ab) 246ms (cd|)', {
    a: 'a: two',
    b: 'b: two',
    c: 'a: three four',
    d: 'b: three four',
  });
});

marbles('only what was asked for is sent', ({ expectObservable }) => {
  const system = simulatedStore();
  const logs = [
    line('api', { service: 'api' }),
    line('low', { level: 'debug' }),
    line('bad', { level: 'error' }),
    line('fine'),
  ];
  answerViewers(system.host('a'), 'a', {
    ...nothing,
    events$: merge(timer(20).pipe(map(() => line('an event'))), NEVER),
    recentLogs: () => logs,
  }).subscribe();
  const viewer = system.host('cli');
  expectObservable(view(viewer, ask({ service: 'shop' })).pipe(asText)).toBe('----a 495ms |', { a: 'a: bad fine' });
  expectObservable(view(viewer, ask({ id: 'v2', level: 'error' })).pipe(asText)).toBe('----a 495ms |', { a: 'a: bad' });
  expectObservable(view(viewer, ask({ id: 'v3', what: 'events' })).pipe(asText)).toBe('----b 249ms a 245ms |', {
    a: 'a: an event',
    b: 'a: ',
  });
});

marbles('events that were before somebody asks are kept, and come first', ({ hot, expectObservable }) => {
  const system = simulatedStore();
  const events = { a: line('one'), b: line('two', { level: 'warn' }), c: line('three'), d: line('four') };
  answerViewers(system.host('a'), 'a', { ...nothing, events$: hot('-ab----c-d', events) }).subscribe();
  // Asked at 4: the request is at the host at 6.
  const asked = (request: ViewRequest) =>
    timer(4).pipe(
      switchMap(() => view(system.host('cli'), request, 400)),
      asText,
      take(2),
    );
  expectObservable(asked(ask({ what: 'events', lines: 1 }))).toBe('--------a 249ms (b|)', {
    a: 'a: two',
    b: 'a: three four',
  });
  expectObservable(asked(ask({ id: 'v2', what: 'events', lines: 5, level: 'warn' }))).toBe('--------a 395ms |', {
    a: 'a: two',
  });
  expectObservable(asked(ask({ id: 'v3', what: 'events', lines: 0 })).pipe(skip(1))).toBe('258ms (b|)', {
    b: 'a: three four',
  });
});

marbles(
  'a host works for a viewer as long as it asks, and for some seconds',
  ({ expectObservable, expectSubscriptions, cold }) => {
    const system = simulatedStore();
    const logs$ = cold<ViewedLine>('-');
    answerViewers(system.host('a'), 'a', { ...nothing, logs$ }).subscribe();
    const viewer$ = view(system.host('cli'), ask(), 5_000);
    expectObservable(viewer$.pipe(ignoreElements())).toBe('5000ms |');
    // The last time it asked was at 4 s; on the way to the host it takes 2 ms.
    expectSubscriptions(logs$.subscriptions).toBe('--^ 9999ms !');
  },
);

marbles('of a flood 200 lines in a quarter of a second are sent, and the others counted', ({ expectObservable }) => {
  const system = simulatedStore();
  const flood = Array.from({ length: 1_000 }, () => line('x'));
  answerViewers(system.host('a'), 'a', { ...nothing, logs$: concat(flood, NEVER) }).subscribe();
  const counts$ = view(system.host('cli'), ask()).pipe(map(({ lines, dropped }) => [lines.length, dropped]));
  expectObservable(counts$).toBe('----b 249ms c 245ms |', { b: [0, 0], c: [200, 800] });
});

marbles('a message stays below what NATS takes', ({ expectObservable }) => {
  const system = simulatedStore();
  const recent = Array.from({ length: 500 }, () => line('x'.repeat(4_000)));
  answerViewers(system.host('a'), 'a', { ...nothing, recentLogs: () => recent }).subscribe();
  const sizes: number[] = [];
  const counts$ = view(system.host('cli'), ask({ lines: 500 }), 20).pipe(
    map((lines) => {
      sizes.push(JSON.stringify(lines).length);
      return lines.lines.length;
    }),
    ignoreElements(),
  );
  expectObservable(counts$).toBe('20ms |');
  timer(21).subscribe(() => {
    expect(sizes.length).toBeGreaterThan(5);
    expect(Math.max(...sizes)).toBeLessThan(1_000_000);
  });
});

marbles('more than eight viewers at a time are not answered', ({ expectObservable }) => {
  const system = simulatedStore();
  answerViewers(system.host('a'), 'a', { ...nothing, recentLogs: () => [line('one')] }).subscribe();
  const viewers = Array.from({ length: 9 }, (_, at) => view(system.host('cli'), ask({ id: `v${at}` })));
  expectObservable(merge(...viewers).pipe(map(({ host }) => host))).toBe('----(aaaaaaaa) 486ms |');
});

marbles('a request that is none is ignored', ({ expectObservable }) => {
  const system = simulatedStore();
  const store = system.host('cli');
  answerViewers(system.host('a'), 'a', { ...nothing, recentLogs: () => [line('one')] }).subscribe();
  const bad = [
    null,
    7,
    'x',
    [],
    {},
    { ...ask(), id: 'a.b' },
    { ...ask(), id: '>' },
    { ...ask(), level: 'all' },
    { ...ask(), lines: -1 },
  ];
  const sent$ = concat(...bad.map((value) => store.publish('view', value)));
  const answers$ = store.subscribe('viewed.*.a').pipe(map(({ subject }) => subject));
  expectObservable(merge(sent$, answers$)).toBe('-');
});

marbles('lines that are none are counted, and what is nothing of a host is ignored', ({ expectObservable }) => {
  const system = simulatedStore();
  const store = system.host('b');
  const garbage$ = concat(
    ...[null, {}, { host: 'b' }, { host: 'b', lines: [1, null, line('two')], dropped: 1 }].map((value) =>
      store.publish('viewed.v1.b', value),
    ),
    EMPTY,
  );
  timer(1).subscribe(() => garbage$.subscribe());
  expectObservable(view(system.host('cli'), ask()).pipe(asText)).toBe('---b 496ms |', {
    b: 'b: two +3',
  });
});

marbles('a store that cannot be reached ends neither side', ({ expectObservable }) => {
  const system = simulatedStore({ notices: 5 });
  answerViewers(system.host('a'), 'a', { ...nothing, recentLogs: () => [line('one')] }).subscribe();
  system.stop();
  timer(3_000).subscribe(() => system.start());
  expectObservable(view(system.host('cli'), ask(), 5_000).pipe(asText)).toBe('4004ms a 995ms |', { a: 'a: one' });
});
