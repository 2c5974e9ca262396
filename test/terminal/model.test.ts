import { expect, test } from 'vitest';
import { decodeKeys } from '../../src/terminal/model/keys.js';
import { foldInput } from '../../src/terminal/model/foldInput.js';
import { pressKey } from '../../src/terminal/model/pressKey.js';
import { rowsOf } from '../../src/terminal/model/rows.js';
import type { View } from '../../src/terminal/model/view.js';
import { at, event, exit, found, fork, log, noon, of, ready, report, sample, started, tick, viewOf } from './views.js';

test.for<[sent: string, keys: readonly string[], rest: string]>([
  ['q', ['q'], ''],
  ['web', ['w', 'e', 'b'], ''],
  ['漢', ['漢'], ''],
  ['\u001B[A\u001B[B\u001BOC\u001BOD', ['up', 'down', 'right', 'left'], ''],
  ['\u001B[5~\u001B[6~', ['page-up', 'page-down'], ''],
  ['\r\n\t\u007F', ['enter', 'enter', 'tab', 'backspace'], ''],
  ['\u0003\u001A\f', ['ctrl-c', 'ctrl-z', 'ctrl-l'], ''],
  ['a\u001B', ['a'], '\u001B'],
  ['\u001B[', [], '\u001B['],
  ['\u001B[1;5', [], '\u001B[1;5'],
  ['\u001B[1;5A', [], ''],
  ['\u001B\u001B[A', ['escape', 'up'], ''],
  ['\u001Bx', ['escape', 'x'], ''],
  ['\u0001\u0000', [], ''],
  ['\u001B[200~x', ['x'], ''],
])('%j is the keys %j', ([sent, keys, rest]) => {
  expect(decodeKeys(sent)).toEqual({ keys, rest });
});

const states = (view: View) => rowsOf(view).map(({ slot, state }) => `${slot?.slot ?? 'web'} ${state}`);
const press = (view: View, ...keys: readonly string[]): View =>
  keys.reduce((before, key) => pressKey(before, key).view, view);
/** What the last of the keys asks for. */
const commandOf = (view: View, ...keys: readonly string[]) =>
  pressKey(press(view, ...keys.slice(0, -1)), keys.at(-1) ?? '').command;
const cluster = { master: at, cluster: 'web' };

test('events make the rows: a cluster and its slots', () => {
  const view = viewOf(...started);
  expect(states(view)).toEqual(['web running', '1 available', '2 available']);
  expect(states(foldInput(view, event(3_000, exit(1, 1, 'crash', 2_000))))).toEqual([
    'web running',
    '1 starting',
    '2 available',
  ]);
});

test('events that a report already has are not counted twice, and still are lives and decisions', () => {
  const crashed = viewOf(...started, event(2_500, exit(1, 1, 'crash', 2_490)));
  const status = crashed.masters[0]?.status ?? [];
  const view = viewOf(
    tick(0),
    found,
    report(3_000, status),
    event(10, fork(1, 1)),
    event(2_500, exit(1, 1, 'crash', 2_490)),
    event(3_100, fork(3, 1, 'respawn', 2)),
  );
  expect(rowsOf(view)[0]?.cluster.crashes).toBe(1);
  expect(view.masters[0]?.lives.map(({ worker, exit: end }) => [worker.id, end !== undefined])).toEqual([
    [2, false],
    [1, true],
    [3, false],
  ]);
  expect(view.masters[0]?.decisions).toHaveLength(1);
});

test('two samples make the figures of a slot, and the cluster has the sum', () => {
  const view = viewOf(
    ...started,
    sample(2_000, 1, 1, { cpu: 100, requests: 0 }),
    sample(3_000, 1, 1, { cpu: 350, requests: 100, loop: 0.4 }),
    sample(2_000, 2, 2, { cpu: 0, requests: 0 }),
    sample(3_000, 2, 2, { cpu: 500, requests: 20, rss: 70 }),
    tick(3_100),
  );
  const [web, first, second] = rowsOf(view).map(({ figures }) => figures);
  expect(first).toMatchObject({ cpu: 0.25, rss: 50 * 1_048_576, loop: 0.4, requests: 100 });
  expect(second).toMatchObject({ cpu: 0.5, requests: 20 });
  expect(web).toMatchObject({ cpu: 0.75, rss: 120 * 1_048_576, loop: 0.4, requests: 120 });
  expect(first?.p50).toBeGreaterThan(2.5);
  expect(first?.p99).toBeGreaterThan(75);
});

test('a worker that is not sampled any more has no figures, and one that has exited neither', () => {
  const sampled = [...started, sample(2_000, 1, 1, { cpu: 1 }), sample(3_000, 1, 1, { cpu: 2 })];
  expect(rowsOf(viewOf(...sampled, tick(3_500)))[1]?.figures).toHaveProperty('cpu');
  expect(rowsOf(viewOf(...sampled, tick(6_500)))[1]?.figures).toEqual({});
  expect(rowsOf(viewOf(...sampled, event(3_100, exit(1, 1, 'crash', 1)), tick(3_200)))[1]?.figures).toEqual({});
});

test('an old report says nothing about the event loop now', () => {
  const view = viewOf(
    ...started,
    sample(2_000, 1, 1, { cpu: 1 }),
    sample(3_000, 1, 1, { cpu: 900, age: 9_000 }),
    tick(3_000),
  );
  expect(rowsOf(view)[1]?.figures).toEqual({ cpu: 0.899, rss: 50 * 1_048_576 });
});

test('a master that ends or does not answer is shown as such, says so, and is forgotten after five minutes', () => {
  const silent = viewOf(...started, tick(3_000), { type: 'silent', at });
  expect(states(silent)).toEqual(['web no answer', '1 available', '2 available']);
  expect(silent.masters[0]?.decisions.at(-1)?.text).toMatch(/^the master \(pid 4711\) does not answer/);
  const back = foldInput(silent, report(3_500, silent.masters[0]?.status));
  expect(back.masters[0]?.decisions.at(-1)?.text).toBe('the master (pid 4711) answers again');
  const ended = foldInput(silent, { type: 'ended', at });
  expect(states(ended)).toEqual(['web lost', '1 lost', '2 lost']);
  expect(foldInput(ended, tick(302_000)).masters).toHaveLength(1);
  expect(foldInput(ended, tick(304_000)).masters).toHaveLength(0);
});

test('a cluster that was stopped has ended, and is not lost', () => {
  const ended = viewOf(...started, event(3_000, { type: 'end', why: 'stopped', after: 3_000 }), { type: 'ended', at });
  expect(states(ended)).toEqual(['web ended', '1 ended', '2 ended']);
});

test('times of a master whose clock is an hour ahead are its own', () => {
  const hour = 3_600_000;
  const view = viewOf(tick(0), found, report(hour), event(hour + 10, fork(1, 1)), tick(5_000));
  expect(rowsOf(view)[0]?.now).toBe(noon + hour + 5_000);
});

test('a master that is found again begins anew', () => {
  expect(viewOf(...started, found).masters).toMatchObject([{ at, status: [], lives: [] }]);
});

test('another master that answers at the same URL begins anew', () => {
  const other = report(5_000);
  const view = viewOf(
    ...started,
    other.type === 'report' ? { ...other, report: { ...other.report, pid: 4_712 } } : other,
  );
  expect(view.masters).toMatchObject([{ pid: 4_712, connection: 'connected', status: [], lives: [], decisions: [] }]);
});

test('inputs of a master that is not known change nothing', () => {
  const view = viewOf(tick(0));
  expect(foldInput(view, event(1, fork(1, 1)))).toBe(view);
});

test('nothing grows without a bound', () => {
  const flood = Array.from({ length: 2_000 }, (_, index) => [
    event(3_000 + index * 3, fork(index + 10, 1, 'respawn', index)),
    event(3_001 + index * 3, ready(index + 10, 1)),
    sample(3_001 + index * 3, index + 10, 1),
    event(3_002 + index * 3, exit(index + 10, 1, 'crash', 1)),
    log(index, 1, 'line'),
  ]).flat();
  const online = Array.from({ length: 500 }, (_, index) => event(10_000 + index, of('online', 2, 2)));
  const [master, ...others] = viewOf(...started, ...flood, ...online).masters;
  expect(others).toEqual([]);
  expect(master?.lives.length).toBe(400);
  expect(master?.lives.find(({ worker }) => worker.id === 2)?.events.length).toBe(100);
  expect(master?.decisions.length).toBe(500);
  expect(master?.samples.size).toBe(0);
  expect(Math.max(...Array.from(master?.history.values() ?? [], (points) => points.length))).toBe(300);
  expect(viewOf(...flood).logs.records).toHaveLength(500);
});

test('up and down select a row, and another row where it is gone', () => {
  const view = viewOf(...started);
  const second = press(view, 'down', 'down');
  expect(second.look.selected).toBe(`${at}\nweb\n2`);
  expect(press(second, 'down').look.selected).toBe(second.look.selected);
  expect(press(second, 'home').look.selected).toBe(`${at}\nweb`);
  expect(commandOf(foldInput(second, { type: 'ended', at }), 'r', 'y')).toBeUndefined();
});

test('left and right choose the column by which rows are sorted, and i turns it', () => {
  const view = viewOf(
    ...started,
    ...[1, 2].flatMap((id) => [sample(2_000, id, id), sample(3_000, id, id, { cpu: id * 100 })]),
    tick(3_000),
  );
  const byCpu = press(view, ...Array.from({ length: 7 }, () => 'right'));
  expect(byCpu.look.sort).toEqual({ column: 'cpu', descending: true });
  expect(states(byCpu)).toEqual(['web running', '2 available', '1 available']);
  expect(states(press(byCpu, 'i'))).toEqual(['web running', '1 available', '2 available']);
  expect(press(view, 'left').look.sort.column).toBe('p99');
});

test('what is not known is last in both directions', () => {
  const view = viewOf(...started, sample(2_000, 2, 2), sample(3_000, 2, 2, { cpu: 1 }), tick(3_000));
  const byCpu = { ...view, look: { ...view.look, sort: { column: 'cpu', descending: false } } };
  expect(states(byCpu)[1]).toBe('2 available');
  expect(states(press(byCpu, 'i'))[1]).toBe('2 available');
});

test('/ filters while it is typed; enter keeps it, escape does not', () => {
  const view = viewOf(...started);
  expect(states(press(view, '/', '1', '0', '0', '2'))).toEqual(['web running', '2 available']);
  expect(press(view, '/', '1', 'enter').look).toMatchObject({ filter: '1', dialog: { type: 'none' } });
  expect(press(view, '/', '1', 'escape').look).toMatchObject({ filter: '', dialog: { type: 'none' } });
  expect(press(view, '/', '漢', 'x', 'backspace').look.filter).toBe('漢');
  expect(states(press(view, '/', 'q', 'q'))).toEqual([]);
  expect(press(view, '/', 'q', 'q', 'enter', 'escape').look.filter).toBe('');
});

test('a slot is opened, another one by up and down, and escape goes back', () => {
  const view = viewOf(...started);
  const opened = press(view, 'down', 'enter');
  expect(opened.look.opened?.target).toEqual({ ...cluster, slot: 1 });
  expect(press(opened, 'down').look.opened?.target.slot).toBe(2);
  expect(press(opened, 'escape').look.opened).toBeUndefined();
  expect(press(view, 'enter').look.note?.text).toBe('Select a slot to open it');
});

test.for<[keys: readonly string[], action: object]>([
  [['r'], { type: 'restart', target: cluster }],
  [['down', 'r'], { type: 'restart', target: { ...cluster, slot: 1 } }],
  [['down', 'x'], { type: 'stop', target: cluster }],
  [['down', 'p'], { type: 'pause', target: { ...cluster, slot: 1 } }],
  [['down', 'down', 'u'], { type: 'resume', target: { ...cluster, slot: 2 } }],
  [['+', 'enter'], { type: 'scale', target: cluster, from: 2, to: 3 }],
  [['down', '-', 'enter'], { type: 'scale', target: cluster, from: 2, to: 1 }],
  [['c', 'backspace', '1', '6', 'enter'], { type: 'scale', target: cluster, from: 2, to: 16 }],
  [['+', 'up', 'up', 'down', 'enter'], { type: 'scale', target: cluster, from: 2, to: 4 }],
])('%j and y asks for %j, and for nothing with another key', ([keys, action]) => {
  const view = viewOf(...started);
  expect(commandOf(view, ...keys)).toBeUndefined();
  expect(press(view, ...keys).look.dialog).toEqual({ type: 'confirm', action });
  expect(commandOf(view, ...keys, 'y')).toEqual({ type: 'act', action });
  for (const key of ['n', 'escape', 'q']) {
    expect(commandOf(view, ...keys, key)).toBeUndefined();
    expect(press(view, ...keys, key).look.dialog).toEqual({ type: 'none' });
  }
  expect(press(view, ...keys, 'z', 'enter').look.dialog).toEqual({ type: 'confirm', action });
});

test.for<[keys: readonly string[], note: string]>([
  [['p'], 'Select a slot to pause'],
  [['c', 'enter'], 'web has 2 workers already'],
])('%j is answered by: %s', ([keys, note]) => {
  expect(press(viewOf(...started), ...keys).look).toMatchObject({ note: { text: note }, dialog: { type: 'none' } });
});

test('a master that has ended is asked for nothing', () => {
  const ended = viewOf(...started, { type: 'ended', at });
  expect(press(ended, 'r').look).toMatchObject({ note: { text: 'Its master has ended' }, dialog: { type: 'none' } });
});

test('ctrl-c quits and ctrl-z suspends, also in a dialog; q writes in a filter', () => {
  const view = viewOf(...started);
  expect(commandOf(view, 'q')).toEqual({ type: 'quit' });
  for (const before of [[], ['/'], ['?'], ['c'], ['r']]) {
    expect(commandOf(view, ...before, 'ctrl-c')).toEqual({ type: 'quit' });
    expect(commandOf(view, ...before, 'ctrl-z')).toEqual({ type: 'suspend' });
  }
  expect(press(view, '/', 'q').look.filter).toBe('q');
});

test('keys that belong to a recording do nothing without one, and a recording cannot be changed', () => {
  const view = viewOf(...started);
  expect(commandOf(view, ' ')).toBeUndefined();
  const player = { file: 'incident.jsonl', state: 'playing', speed: 1, from: noon, to: noon + 10_000 } as const;
  const playing = foldInput(view, { type: 'player', player });
  expect(['space', '.', '>', '<'].map((key) => commandOf(playing, key === 'space' ? ' ' : key))).toEqual(
    ['pause', 'step', 'faster', 'slower'].map((step) => ({ type: 'play', step })),
  );
  expect(press(playing, 'r').look.note?.text).toBe('A recording cannot be changed');
});

test('tab gives each part more room in turn, and pages scroll back to its first line', () => {
  const view = viewOf(...started, ...Array.from({ length: 30 }, (_, index) => log(index, 1, `line ${index}`)));
  expect(press(view, 'tab').look.pane).toBe('marbles');
  const logs = press(view, 'back-tab');
  expect(logs.look.pane).toBe('logs');
  expect(press(logs, 'page-up').look.back).toBe(10);
  expect(press(logs, 'page-up', 'page-up', 'page-up', 'page-up').look.back).toBe(29);
  expect(press(logs, 'page-up', 'page-down', 'page-down').look.back).toBe(0);
  expect(press(view, 'tab', 'tab', 'tab', 'tab').look.pane).toBe('all');
});
