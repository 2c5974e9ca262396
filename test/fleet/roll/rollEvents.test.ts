import { expect, test } from 'vitest';
import type { RollRecord } from '../../../src/fleet/records/roll.js';
import { rollEvents } from '../../../src/fleet/roll/rollEvents.js';
import { roll } from './records.js';

/** The events in short: `begin a b`, `b failed 1`, `halted: why`. */
const told = (before: RollRecord | undefined, record: RollRecord): readonly string[] =>
  rollEvents(before, record).map((event) => {
    if (event.type === 'roll-begin') return `begin ${event.hosts.join(' ')}, by ${event.by}`;
    if (event.type === 'roll-phase') return `${event.phase}${event.why === undefined ? '' : `: ${event.why}`}`;
    const { host, state, attempt } = event.progress;
    return `${host} ${state} ${attempt}`;
  });

test('a roll that is new begins, and its hosts that do something are told', () => {
  expect(told(undefined, roll('www'))).toEqual(['begin a b c, by anna']);
  expect(told(undefined, roll('drw'))).toEqual(['begin a b c, by anna', 'a done 1', 'b restarting 1']);
  expect(rollEvents(undefined, roll('w'))).toEqual([
    { type: 'roll-begin', service: 'shop', roll: 'one', by: 'anna', hosts: ['a'] },
  ]);
});

test('also one that takes the place of another, however that one stood', () => {
  const before = roll('dd', { id: 'zero', phase: 'done' });
  expect(told(before, roll('ww'))).toEqual(['begin a b, by anna']);
  expect(told(before, roll('dd', { phase: 'done' }))).toEqual(['begin a b, by anna', 'a done 1', 'b done 1', 'done']);
});

test('then only hosts that have changed are told: by state, by attempt, or by what is known of them', () => {
  expect(told(roll('rw'), roll('rw'))).toEqual([]);
  expect(told(roll('rw'), roll('dw'))).toEqual(['a done 1']);
  expect(told(roll('aw'), roll('Ww'))).toEqual(['a waiting 1']);
  expect(told(roll('uw'), roll('fw'))).toEqual(['a failed 1']);
  const again = roll('', { hosts: [{ host: 'a', state: 'asked', attempt: 2 }] });
  expect(told(roll('a'), again)).toEqual(['a asked 2']);
  // A reason that is put in other words is no news.
  const same = roll('', { hosts: [{ host: 'a', state: 'failed', attempt: 1, why: 'other words' }] });
  expect(told(roll('f'), same)).toEqual([]);
});

test('and a new phase, with its reason', () => {
  const halted = roll('fw', { phase: 'halted', why: 'a failed' });
  expect(told(roll('rw'), halted)).toEqual(['a failed 1', 'halted: a failed']);
  expect(told(halted, roll('Ww'))).toEqual(['a waiting 1', 'running']);
  expect(told(roll('dr'), roll('dd', { phase: 'done' }))).toEqual(['b done 1', 'done']);
  expect(told(halted, halted)).toEqual([]);
});
