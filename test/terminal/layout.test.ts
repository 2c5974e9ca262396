import { assert, array, constantFrom, integer, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { ascii, unicode } from '../../src/terminal/layout/glyphSet.js';
import { screenOf } from '../../src/terminal/layout/screen.js';
import { secondsOf, sparkline } from '../../src/terminal/layout/sparkline.js';
import { age, latency, memory, percent, rate } from '../../src/terminal/layout/units.js';
import { foldInput } from '../../src/terminal/model/foldInput.js';
import type { Input } from '../../src/terminal/model/input.js';
import { pressKey } from '../../src/terminal/model/pressKey.js';
import type { View } from '../../src/terminal/model/view.js';
import { frameText } from '../../src/terminal/screen/frame.js';
import { widthOf } from '../../src/terminal/screen/glyphs.js';
import { at, event, exit, fork, log, of, ready, sample, started, tick, viewOf } from './views.js';

const press = (view: View, ...keys: readonly string[]): View =>
  keys.reduce((before, key) => pressKey(before, key).view, view);

const shown = (view: View, columns = 80, rows = 24): string => frameText(screenOf(view, { columns, rows }, unicode));
const lines = (...text: readonly string[]): string => text.join('\n');

/** Two workers under load; the first one crashes after 20 s, and the cluster is restarted after 40 s. */
const incident: readonly Input[] = [
  ...started,
  ...[2, 3, 4, 5].flatMap((second) =>
    [1, 2].map((id) => sample(second * 1_000, id, id, { cpu: second * id * 100, requests: second * id * 20 })),
  ),
  event(20_000, exit(1, 1, 'crash', 19_000)),
  event(20_010, of('backoff', 1, 1, { slot: 1, delay: 100, charged: true, spent: 1, limit: 100 })),
  event(20_110, fork(3, 1, 'respawn', 2)),
  event(21_000, ready(3, 1)),
  event(22_000, of('available', 3, 1)),
  event(40_000, { type: 'restart-begin', roll: 1, slots: [1, 2] }),
  event(40_010, { type: 'replace-begin', roll: 1, slot: 1, worker: undefined }),
  event(40_020, fork(4, 1, 'roll', 3)),
  event(41_000, ready(4, 1)),
  event(42_000, of('available', 4, 1)),
  event(42_010, {
    type: 'replace-end',
    roll: 1,
    slot: 1,
    worker: { id: 4, slot: 1, generation: 3, pid: 1_004, cluster: 'web' },
  }),
  event(42_020, of('retire', 3, 1, { why: 'restart 1' })),
  event(43_000, exit(3, 1, 'requested', 23_000)),
  log(44_000, 2, 'GET /orders \u001B[31m500\u001B[0m', { level: 50, fields: { ms: 12, pid: 1 } }),
  log(44_500, 1, '漢字の行'),
  tick(45_000),
];

test('units', () => {
  expect([0, 999, 59_999, 60_000, 7_200_000, 90_000_000].map(age)).toEqual(['0s', '0s', '59s', '1m', '2h', '1d']);
  expect([0, 0.4, 12.4, 999, 1_200, 12_000].map(latency)).toEqual(['0ms', '<1ms', '12ms', '999ms', '1.2s', '12s']);
  expect([52_428_800, 2 ** 30 * 1.25].map(memory)).toEqual(['50M', '1.3G']);
  expect([0, 0.123, 2].map(percent)).toEqual(['0%', '12%', '200%']);
  expect([0, 0.5, 7.2, 9_999, 12_345, 123_456].map(rate)).toEqual(['0', '<1', '7', '9999', '12.3k', '123k']);
});

test('a line shows the last seconds; seconds without a sample are blank', () => {
  const points = [1, 2, 3, 7].map((second) => ({ time: second * 1_000, value: second }));
  const seconds = secondsOf(points, 9, 9_000, ({ value }) => value);
  expect(seconds).toEqual([1, 2, 3, 3, 3, undefined, 7, 7, 7]);
  expect(sparkline(seconds, 8, unicode)).toBe('▂▃▄▄▄ ███');
  expect(sparkline([0, -1, 99, undefined], 8, unicode)).toBe('▁▁█ ');
  expect(sparkline([1, 2], 0, ascii)).toBe('__');
});

test('80x24: everything', () => {
  expect(shown(viewOf(...incident))).toBe(
    lines(
      ' proteus top  1 master, 1 cluster  2/2 ready  cpu 0%  rss 0M  0 req/s  12:00:45',
      ' web restart 1 ██████████░░░░░░░░░░ 1 of 2 slots replaced, since 4s',
      'slot▲    state      gen   pid  up rst  cpu             rss loop req/s  p50  p99',
      'web 2/2  restarting      4711 44s   0',
      '  1      available    3  1004  4s   1',
      '  2      available    1  1002 44s   0',
      '── marbles 2m f fork o online r ready a available t leaves | left x crash k kill',
      ' slot 1 #1                                             a──────────x',
      ' slot 1 #3                                                        ra──────────|',
      ' slot 1 #4                                                                   ra─',
      ' slot 2 #2                                             a────────────────────────',
      '── decisions ───────────────────────────────────────────────────────────────────',
      ' 12:00:21 web worker 3 (slot 1, pid 1003) is ready: listens on 127.0.0.1:8080',
      ' 12:00:40 web restart 1 begins with slot 1',
      ' 12:00:41 web worker 4 (slot 1, pid 1004) is ready: listens on 127.0.0.1:8080',
      ' 12:00:42 web slot 1 is served by worker 4 (slot 1, pid 1004) now',
      ' 12:00:43 web worker 3 (slot 1, pid 1003) has left',
      '── logs ────────────────────────────────────────────────────────────────────────',
      ' 12:00:44 web/2 GET /orders 500 ms=12',
      ' 12:00:44 web/1 漢字の行',
      '',
      '',
      '',
      ' enter open  / filter  ←→ sort  tab panes  r restart  +- scale  ? keys  q quit',
    ),
  );
});

test('a slot that is open', () => {
  expect(shown(press(viewOf(...incident), 'down', 'enter'))).toBe(
    lines(
      ' proteus top  1 master, 1 cluster  2/2 ready  cpu 0%  rss 0M  0 req/s  12:00:45',
      ' web restart 1 ██████████░░░░░░░░░░ 1 of 2 slots replaced, since 4s',
      ' web slot 1 available  listens on 127.0.0.1:8080',
      ' worker 4, generation 3, pid 1004, up 4s',
      ' cpu         -   ▅▅▅▅                                       min 10% max 10%',
      ' rss         -  ▅▅▅▅▅                                       min 50M max 50M',
      ' loop        -  ▅▅▅▅▅                                       min 10% max 10%',
      ' req/s       -   ████                                       min 20 max 20',
      ' p99         -   ████                                       min 235ms max 235ms',
      '── lives ───────────────────────────────────────────────────────────────────────',
      ' 12:00:20 #3 gen 2 pid 1003 (respawn), ready after 890ms, lived 22s',
      ' 12:00:43 has left',
      ' 12:00:40 #4 gen 3 pid 1004 (roll), ready after 980ms, lives for 4s',
      '── marbles 2m f fork o online r ready a available t leaves | left x crash k kill',
      ' slot 1 #3                                                        ra──────────|',
      ' slot 1 #4                                                                   ra─',
      '── decisions ───────────────────────────────────────────────────────────────────',
      ' 12:00:42 web slot 1 is served by worker 4 (slot 1, pid 1004) now',
      ' 12:00:43 web worker 3 (slot 1, pid 1003) has left',
      '── logs ────────────────────────────────────────────────────────────────────────',
      ' 12:00:44 web/1 漢字の行',
      '',
      '',
      ' esc back  / filter  ←→ sort  tab panes  r restart  +- scale  ? keys  q quit',
    ),
  );
});

test('figures, with the history of what there is room for', () => {
  const view = viewOf(...incident.slice(0, 19), tick(5_100));
  expect(shown(view, 80, 10)).toBe(
    lines(
      ' proteus top  1 master, 1 cluster  2/2 ready  cpu 30%  rss 100M  60 req/s',
      'slot▲    state     gen   pid  up rst  cpu             rss loop req/s  p50   p99',
      'web 2/2  running        4711  5s   0  30%        ▇▇▇ 100M  10%    60  4ms 235ms',
      '  1      available   1  1001  5s   0  10%        ▅▅▅  50M  10%    20  4ms 235ms',
      '  2      available   1  1002  5s   0  20%        ███  50M  10%    40  4ms 235ms',
      '── logs ────────────────────────────────────────────────────────────────────────',
      '',
      '',
      '',
      ' enter open  / filter  ←→ sort  tab panes  r restart  +- scale  ? keys  q quit',
    ),
  );
});

test('the history of a cluster shows what the figure beside it does: of the event loops the busiest', () => {
  const samples = [2_000, 3_000, 4_000, 5_000].flatMap((after) => [
    sample(after, 1, 1, { loop: 0.2 }),
    sample(after, 2, 2, { loop: 0 }),
  ]);
  const [cluster = '', busy = ''] = shown(viewOf(...started, ...samples, tick(5_100)), 120, 10)
    .split('\n')
    .slice(2);
  expect(cluster).toContain(' 20%       ████ ');
  expect(busy).toContain(' 20%       ████ ');
});

test.for<[columns: number, titles: string]>([
  [160, 'slot▲ state gen pid up rst crash cpu rss loop req/s p50 p99'],
  [80, 'slot▲ state gen pid up rst cpu rss loop req/s p50 p99'],
  [60, 'slot▲ state gen up cpu rss loop req/s p99'],
  [40, 'slot▲ state cpu rss'],
])('with %d columns the table has %j', ([columns, titles]) => {
  const [, line = ''] = shown(viewOf(...incident.slice(0, 19), tick(5_100)), columns, 10).split('\n');
  expect(line.trim().split(/ +/).join(' ')).toBe(titles);
});

test.for<[keys: readonly string[], footer: readonly string[]]>([
  [
    ['r'],
    [
      ' Restart web: replaces its 2 workers one after the other. Each old worker',
      ' leaves when its new one is available; a new one that fails ends the restart.',
      ' y  do it   n  leave it',
    ],
  ],
  [
    ['down', 'r'],
    [
      ' Restart slot 1 of web: a new worker starts beside the old one, which leaves',
      ' when the new one is available.',
      ' y  do it   n  leave it',
    ],
  ],
  [
    ['x'],
    [
      ' Stop web: asks its 2 workers to leave when they have answered their requests.',
      ' Nothing serves web after that.',
      ' y  do it   n  leave it',
    ],
  ],
  [
    ['+', 'enter'],
    [' Scale web from 2 to 3 workers: starts a worker in slot 3.', ' y  do it   n  leave it'],
  ],
  [
    ['-', 'enter'],
    [
      ' Scale web from 2 to 1 worker: the worker of slot 2 leaves when it has answered',
      ' its requests.',
      ' y  do it   n  leave it',
    ],
  ],
  [
    ['c', 'backspace', '4', 'enter'],
    [' Scale web from 2 to 4 workers: starts workers in the slots 3 to 4.', ' y  do it   n  leave it'],
  ],
  [
    ['down', 'p'],
    [
      ' Pause slot 1 of web: its worker gets no new connections and goes on with what',
      ' it does. The other workers take over.',
      ' y  do it   n  leave it',
    ],
  ],
  [
    ['down', 'u'],
    [' Resume slot 1 of web: its worker gets connections again.', ' y  do it   n  leave it'],
  ],
  [['c'], [' scale web from 2 to: 2   enter, escape']],
  [['/', 'a', 'b'], [' filter: ab   enter keeps it, escape does not']],
  [
    ['/', 'w', 'enter'],
    [' filter: w  escape shows all', ' enter open  / filter  ←→ sort  tab panes  r restart  +- scale  ? keys  q quit'],
  ],
  [
    ['p'],
    [' Select a slot to pause', ' enter open  / filter  ←→ sort  tab panes  r restart  +- scale  ? keys  q quit'],
  ],
])('after %j the last lines are %j', ([keys, footer]) => {
  expect(
    shown(press(viewOf(...incident), ...keys))
      .split('\n')
      .slice(-footer.length),
  ).toEqual(footer);
});

test('a filter selects decisions and logs too', () => {
  const screen = shown(press(viewOf(...incident), '/', 'o', 'r', 'd', 'e', 'r', 's', 'enter', 'tab', 'tab', 'tab'));
  expect(screen).toContain('GET /orders 500');
  expect(screen).not.toMatch(/restart 1 begins|漢字/);
  expect(shown(press(viewOf(...incident), '/', 'q', 'q'))).toContain('No slot contains "qq". Escape shows all.');
});

test('a master that does not answer, or has ended, has a line with since when there is no data', () => {
  const silent = viewOf(...incident, { type: 'silent', at }, tick(57_000));
  expect(shown(silent)).toContain(' web (pid 4711): the master does not answer, no data for 12s');
  const ended = viewOf(...incident, { type: 'ended', at }, tick(57_000));
  expect(shown(ended)).toContain(' web (pid 4711): the master has ended, no data for 12s');
  expect(shown(ended)).toContain('0 masters, 0 clusters');
});

test('lines that are left out are counted', () => {
  const view = viewOf(...incident, { type: 'log', record: { dropped: 4_950 } });
  expect(shown(view)).toMatch(/── logs ─+ sampled: 4950 lines\/s are not shown ─\n/);
  expect(shown(foldInput(view, tick(49_000)))).not.toContain('sampled');
});

test('without a master it says what to do', () => {
  expect(shown(viewOf(tick(0)))).toContain('No master runs. One that starts appears here: proteus start <file>');
});

test('more slots than lines: the selected one is in view, and the rest is counted', () => {
  const many = Array.from({ length: 40 }, (_, index) => event(index, fork(index + 1, index + 1)));
  const view = viewOf(...started.slice(0, 3), ...many, tick(100));
  expect(shown(view)).toContain('  … 0 above, 32 below');
  expect(shown(press(view, 'down'))).toContain(' slot 1 #1 ');
  const last = press(view, 'end');
  expect(shown(last)).toContain('  40     booting');
  expect(shown(last)).toContain('  … 32 above, 0 below');
  expect(shown(last)).toContain(' slot 40 #40');
});

/** The column of the crash in the diagram. */
const crash = (view: View): number | undefined => /slot 1 #1 .*x/.exec(shown(press(view, 'tab')))?.[0].length;

test('the diagram of the last minutes keeps what happened where it was', () => {
  // A minute is half of the 66 columns.
  expect(crash(viewOf(...incident))).toBe((crash(viewOf(...incident, tick(105_000))) ?? 0) + 33);
  expect(crash(viewOf(...incident, tick(180_000)))).toBeUndefined();
});

test('a terminal that is too small is told how large it should be', () => {
  expect(shown(viewOf(...incident), 30, 5)).toBe('proteus top: 40x10 at least\nthis is 30x5; q quits\n\n\n');
});

test('a terminal without UTF-8 gets ASCII', () => {
  const view = viewOf(...incident.slice(0, -2), log(44_000, 1, 'ok'));
  for (const keys of [[], ['?'], ['down', 'enter']])
    expect(frameText(screenOf(press(view, ...keys), { columns: 80, rows: 24 }, ascii))).toMatch(/^[\n -~]*$/);
});

const keyNames = ['up', 'down', 'left', 'right', 'enter', 'escape', 'tab', 'end', 'home', 'page-up', 'page-down'];
const anyKey = constantFrom(...keyNames, ...Array.from('/?rxpuc+-ilwyn1漢'));

test('any keys at any size make whole lines', () => {
  const view = viewOf(...incident);
  assert(
    property(
      array(anyKey, { maxLength: 12 }),
      integer({ min: 1, max: 200 }),
      integer({ min: 1, max: 60 }),
      (keys, columns, rows) => {
        const frame = screenOf(press(view, ...keys), { columns, rows }, unicode);
        expect(frame).toHaveLength(rows);
        expect(frame.every((line) => line.length === columns)).toBe(true);
      },
    ),
  );
});

// oxlint-disable-next-line no-control-regex
const harmful = /[\u0000-\u001F\u007F-\u009F\u200E\u200F\u202A-\u202E\u2066-\u2069]/;

test('nothing that a worker writes reaches the terminal but text', () => {
  const unit = constantFrom(
    '\u001B',
    '[',
    ']',
    '2J',
    '\u0007',
    '\r',
    '\n',
    '\u009B',
    '\u202E',
    'a',
    '漢',
    '\u0301',
    '0;',
    'm',
    '\uD800',
  );
  const size = { columns: 80, rows: 24 };
  assert(
    property(string({ unit, maxLength: 40 }), (text) => {
      const view = viewOf(...incident, log(44_900, 1, text, { fields: { [text]: text, err: { stack: text } } }));
      for (const one of [view, press(view, 'down', 'enter')])
        for (const line of screenOf(one, size, unicode)) {
          expect(line).toHaveLength(80);
          expect(line.some((cell) => harmful.test(cell.text) || widthOf(cell.text) > 2)).toBe(false);
        }
    }),
  );
});

/** The CPU time that this takes, in ms: on a busy machine the time that passes is longer. */
const cpuOf = (run: () => void): number => {
  const begun = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1_000;
};

test('a line of 1 MB costs no more than one of a thousand characters', () => {
  const long = log(44_900, 1, 'x'.repeat(1_000_000), { fields: { more: 'y'.repeat(1_000_000) } });
  const view = viewOf(...incident, ...Array.from({ length: 50 }, () => long));
  const cpu = cpuOf(() => {
    for (let round = 0; round < 20; round += 1) screenOf(view, { columns: 80, rows: 24 }, unicode);
  });
  expect(cpu).toBeLessThan(2_000);
});
