import { describe, expect, test } from 'vitest';
import type { RollRecord } from '../../../src/fleet/records/roll.js';
import { type Facts, nextStep, waitsOf } from '../../../src/fleet/roll/nextStep.js';
import { member, membersOf, pictureOf, plan, roll } from './records.js';

/** All are members. */
const facts = (changes: Partial<Facts> = {}): Facts => ({
  members: membersOf('abcdef'),
  passed: new Set(),
  ...changes,
});
const passed = (...waits: readonly string[]) => facts({ passed: new Set(waits) });
const step = (record: RollRecord, given = facts()) => {
  const next = nextStep(record, given);
  return next === undefined ? 'nothing' : [pictureOf(next), next.phase, ...(next.why === undefined ? [] : [next.why])];
};
const waits = (record: RollRecord, given = facts()) => Object.fromEntries(waitsOf(record, given));
const withPlan = (changes: Partial<typeof plan>) => ({ plan: { ...plan, ...changes } });

describe('the canary', () => {
  test('is asked first, all of its hosts at once', () => {
    expect(step(roll('wwww', withPlan({ canary: 2 })))).toEqual(['aaww', 'running']);
  });
  test('is waited for', () => {
    expect(step(roll('rwww'))).toBe('nothing');
  });
  test('soaks when it is done, and the others are asked when that has passed', () => {
    expect(waits(roll('dwww'))).toEqual({ soak: 10 });
    expect(step(roll('dwww'))).toBe('nothing');
    expect(step(roll('dwww', withPlan({ batch: 2 })), passed('soak'))).toEqual(['daaw', 'running']);
  });
  test('does not soak before its hosts are healthy', () => {
    expect(waits(roll('dwww'), facts({ members: membersOf('bcd', member('a', { available: 0 })) }))).toEqual({
      'healthy a 1': 50,
    });
  });
  test('that fails halts the roll, however many failures are allowed', () => {
    const why = 'the canary a failed: not ready';
    expect(step(roll('fwww', withPlan({ maxFailures: 9 })))).toEqual(['fwww', 'halted', why]);
  });
  test('that is the whole fleet ends the roll', () => {
    expect(step(roll('dd', withPlan({ canary: 5 })))).toEqual(['dd', 'done']);
  });
});

describe('the others', () => {
  test('are asked while fewer than batch are in transition, and soak no more', () => {
    expect(step(roll('ddrww', withPlan({ batch: 2 })))).toEqual(['ddraw', 'running']);
    expect(step(roll('ddraw', withPlan({ batch: 2 })))).toBe('nothing');
  });
  test('wait for a host that could not be reached as for one in its restart', () => {
    const two = withPlan({ batch: 2, maxFailures: 3 });
    expect(step(roll('duwww', two))).toEqual(['duaww', 'running']);
    expect(step(roll('duaww', two))).toBe('nothing');
  });
  test('wait until a host that is done is healthy', () => {
    const notYet = facts({ members: membersOf('acd', member('b', { available: 1 })) });
    expect(step(roll('ddww'), notYet)).toBe('nothing');
    expect(waits(roll('ddww'), notYet)).toEqual({ 'healthy b 1': 50 });
    expect(step(roll('ddww'))).toEqual(['ddaw', 'running']);
  });
  test('do not overtake a host that is not among the members', () => {
    const without = facts({ members: membersOf('abd') });
    expect(step(roll('ddww'), without)).toBe('nothing');
    expect(waits(roll('ddww'), without)).toEqual({ 'absent c 0': 10_000 });
  });
  test('end the roll when the last one is healthy', () => {
    expect(step(roll('ddd'), facts({ members: membersOf('ab', member('c', { available: 1 })) }))).toBe('nothing');
    expect(step(roll('ddd'))).toEqual(['ddd', 'done']);
  });
});

describe('a host fails', () => {
  test('that has not answered in time: nothing is known of it', () => {
    const next = nextStep(roll('dawww', withPlan({ maxFailures: 1, batch: 2 })), passed('report b 1'));
    expect(next?.hosts[1]).toEqual({
      host: 'b',
      state: 'failed',
      attempt: 1,
      unknown: true,
      why: 'did not answer within 50 ms',
    });
  });
  test('that has not reported in time', () => {
    const next = nextStep(roll('drwww', withPlan({ maxFailures: 1, batch: 2 })), passed('report b 1'));
    expect(next?.hosts[1]).toMatchObject({ state: 'failed', unknown: true, why: 'did not report within 50 ms' });
  });
  test('that is missing when it is to be asked', () => {
    const missing = facts({ members: membersOf('ac'), passed: new Set(['absent b 0', 'soak']) });
    expect(step(roll('dww'), missing)).toEqual(['duw', 'halted', expect.stringContaining('is not among the members')]);
  });
  test('but not for a wait of another attempt', () => {
    expect(step(roll('drwww'), passed('report b 2'))).toBe('nothing');
  });
});

describe('a roll halts', () => {
  test('after more than maxFailures failures, and puts back who was only asked', () => {
    const why = '1 of 4 hosts failed, at last b: not ready';
    expect(step(roll('dfaw', withPlan({ batch: 2 })))).toEqual(['dfWw', 'halted', why]);
    expect(step(roll('dfaw', withPlan({ batch: 2, maxFailures: 1 })))).toEqual(['dfaa', 'running']);
  });
  test('when a host has crashed after its restart', () => {
    const crashed = facts({ members: membersOf('acd', member('b', { crashes: 2 })) });
    expect(step(roll('ddaw'), crashed)).toEqual(['ddWw', 'halted', 'b had 2 crashes of shop after its restart']);
    expect(step(roll('ddaw', withPlan({ maxCrashes: 2 })), crashed)).toBe('nothing');
  });
  test('when a host is not healthy in time', () => {
    const ill = facts({ members: membersOf('acd', member('b', { available: 1 })), passed: new Set(['healthy b 1']) });
    const why = 'b has 1 of 2 workers available, 50 ms after its restart';
    expect(step(roll('ddww'), ill)).toEqual(['ddww', 'halted', why]);
  });
  test('when a host has left the fleet after its restart', () => {
    const left = facts({ members: membersOf('acd'), passed: new Set(['gone b 1']) });
    expect(step(roll('ddww'), left)).toEqual(['ddww', 'halted', 'b has left the fleet after its restart']);
  });
  test('when the gate of the user says so', () => {
    expect(step(roll('ddaw'), facts({ unhealthy: 'orders are down' }))).toEqual(['ddWw', 'halted', 'orders are down']);
  });
  test('when hosts that may be in their restart have taken all places', () => {
    const why = 'no room for another host: b may be in a restart';
    expect(step(roll('duww', withPlan({ maxFailures: 2 })))).toEqual(['duww', 'halted', why]);
  });
  test('with a reason that all hosts can read', () => {
    const unhealthy = 'x'.repeat(20_000);
    expect(step(roll('ddaw'), facts({ unhealthy }))).toEqual(['ddWw', 'halted', unhealthy.slice(0, 300)]);
  });
});

describe('a roll that has halted', () => {
  test('gives up hosts that do not report, and asks nobody', () => {
    const halted = { phase: 'halted', why: 'x' } as const;
    expect(step(roll('drww', halted), passed('report b 1'))).toEqual(['duww', 'halted', 'x']);
    expect(step(roll('drww', halted))).toBe('nothing');
    expect(waits(roll('drww', halted))).toEqual({ 'report b 1': 50 });
  });
  test('is settled when all have reported', () => {
    expect(step(roll('dfww', { phase: 'halted' }), passed('soak'))).toBe('nothing');
  });
});
