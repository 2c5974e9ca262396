import { expect, test } from 'vitest';
import { consequenceOf, outcomeOf, requestOf } from '../../../src/web/page/state/actions.js';
import { bytes, duration, latency, rate } from '../../../src/web/page/state/format.js';
import {
  beginAt,
  type Message,
  presentOf,
  silentSince,
  type State,
  update,
} from '../../../src/web/page/state/state.js';
import { eventLines, sampleLine, statusLine } from './lines.js';

const after = (...messages: readonly Message[]): State => messages.reduce(update, beginAt(0));
const lines = (now: number, ...some: Extract<Message, { type: 'lines' }>['lines']): Message => ({
  type: 'lines',
  lines: some,
  now,
});

test('a clock of the master that is ahead, or behind, changes what the present is, and nothing else', () => {
  const state = after(lines(1_000, statusLine(0, [], { time: 61_000 })), { type: 'tick', now: 3_000 });
  expect(state.ahead).toBe(60_000);
  expect(presentOf(state)).toBe(63_000);
  expect(silentSince(state)).toBeUndefined();
  const behind = after(lines(100_000, statusLine(0, [], { time: 40_000 })), { type: 'tick', now: 101_000 });
  expect(presentOf(behind)).toBe(41_000);
});

test('while nothing comes, the page knows since when, and its time stands still', () => {
  const live = after(lines(1_000, statusLine(0)), { type: 'tick', now: 5_000 });
  expect(silentSince(live)).toBeUndefined();
  const silent = update(live, { type: 'tick', now: 7_000 });
  expect(silentSince(silent)).toBe(1_000);
  expect(presentOf(silent)).toBe(1_000 + silent.ahead);
  expect(silentSince(update(silent, { type: 'heard', now: 7_000 }))).toBeUndefined();
});

test('a connection that is lost is lost since its last line, however often it is tried again', () => {
  const lost = after(
    lines(1_000, statusLine(0)),
    { type: 'tick', now: 2_000 },
    { type: 'lost', why: 'the master has ended', now: 2_000 },
    { type: 'tick', now: 60_000 },
    { type: 'lost', why: 'the server of this page does not answer', now: 60_000 },
  );
  expect(lost.connection).toEqual({ state: 'lost', since: 1_000, why: 'the server of this page does not answer' });
  expect(update(lost, lines(61_000, sampleLine({ time: 61_000 }))).connection).toEqual({ state: 'live' });
});

test('of two masters one is shown, and its end shows the other', () => {
  const both = after({ type: 'masters', masters: ['1', '2'], readOnly: false });
  expect(both.master).toBe('1');
  const second = update(update(both, lines(0, statusLine(0), ...eventLines([{ type: 'started' }]))), {
    type: 'master',
    master: '2',
  });
  expect(second.watched.marks).toEqual([]);
  expect(update(second, { type: 'masters', masters: ['1', '2'], readOnly: false }).master).toBe('2');
  expect(update(second, { type: 'masters', masters: ['1'], readOnly: false }).master).toBe('1');
  // What was known of the last one stays while none runs.
  expect(update(second, { type: 'masters', masters: [], readOnly: false }).master).toBe('2');
});

test('only the last notices are kept', () => {
  const notices: readonly Message[] = Array.from({ length: 9 }, (_, at) => ({
    type: 'notice',
    failed: false,
    text: `${at}`,
  }));
  expect(after(...notices).notices.map(({ number, text }) => `${number} ${text}`)).toEqual([
    '6 5',
    '7 6',
    '8 7',
    '9 8',
  ]);
});

const cluster = { size: 3, ready: 3 };

test('an action says what will happen, and its request is one of the methods', () => {
  expect(consequenceOf({ name: 'restart', cluster: 'shop' }, cluster)).toMatch(/^Each of the 3 workers is replaced/);
  expect(consequenceOf({ name: 'scale', cluster: 'shop', to: 5 }, cluster)).toBe('2 workers more are started.');
  expect(consequenceOf({ name: 'scale', cluster: 'shop', to: 2 }, cluster)).toMatch(
    /^The workers of the 1 highest slot /,
  );
  expect(consequenceOf({ name: 'scale', cluster: 'shop', to: 3 }, cluster)).toMatch(/Nothing changes\.$/);
  expect(consequenceOf({ name: 'pause', cluster: 'shop', slot: 2 }, cluster)).toContain(
    '2 other workers serve meanwhile',
  );
  expect(requestOf({ name: 'restart', cluster: 'shop', slot: 2 })).toEqual({
    method: 'restart',
    body: { cluster: 'shop', slot: 2 },
  });
});

test('what became of an action is a sentence with the reason', () => {
  const restart = { name: 'restart', cluster: 'shop' } as const;
  expect(outcomeOf(restart, { result: { outcome: 'done' } })).toEqual({ failed: false, text: 'Restart shop: done' });
  expect(outcomeOf(restart, { result: { outcome: 'aborted', cause: { why: 'worker 4 crashed' } } })).toEqual({
    failed: true,
    text: 'Restart shop: aborted, because worker 4 crashed',
  });
  const pause = { name: 'pause', cluster: 'shop', slot: 1 } as const;
  expect(outcomeOf(pause, { result: { outcome: 'refused', why: 'it is the last one' } }).failed).toBe(true);
  expect(outcomeOf(pause, { error: { message: 'no' } })).toEqual({ failed: true, text: 'Pause slot 1: no' });
  expect(outcomeOf({ name: 'scale', cluster: 'shop', to: 2 }, {})).toEqual({
    failed: false,
    text: 'Scale shop: accepted',
  });
});

test('quantities are short', () => {
  expect([bytes(2_048), bytes(52 * 2 ** 20), bytes(1.5 * 2 ** 30)]).toEqual(['2 kB', '52 MB', '1.5 GB']);
  expect([340, 12_000, 120_000, 252_000, 11_100_000, 187_200_000].map(duration)).toEqual([
    '340 ms',
    '12 s',
    '2 min',
    '4 min 12 s',
    '3 h 5 min',
    '2 d 4 h',
  ]);
  expect([latency(0.84), latency(12.4), latency(1_240)]).toEqual(['0.8 ms', '12 ms', '1.2 s']);
  expect([rate(0), rate(3.14), rate(1_234.5)]).toEqual(['0', '3.1', '1235']);
});

test('the last hour is that of the master that is shown, also when it comes after another one was chosen', () => {
  const past = { at: 10, workers: 1, cpu: 1, rss: 1, loopMax: null, loopMean: null, rate: 5, p50: null, p99: null };
  const history = (master: string): Message => ({ type: 'history', master, series: [['shop', [past]]] });
  const live = after({ type: 'masters', masters: ['1', '2'], readOnly: false }, lines(1_000, statusLine(0)));
  expect(update(live, history('1')).watched.series.get('shop')?.points).toEqual([past]);
  const other = update(live, { type: 'master', master: '2' });
  expect(update(other, history('1')).watched.series.size).toBe(0);
});
