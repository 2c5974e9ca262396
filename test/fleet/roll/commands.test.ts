import { describe, expect, test } from 'vitest';
import { aborted, hostsOf, resumed, type RollStart, started, stepsOf } from '../../../src/fleet/roll/commands.js';
import { hosts, member, membersOf, pictureOf, plan, roll } from './records.js';

const start: RollStart = { id: 'two', service: 'shop', by: 'bert', plan };

describe('a roll begins', () => {
  test('with all hosts that run the service, by name', () => {
    const members = membersOf('cab', { ...member('x'), services: {} });
    expect(hostsOf({ service: 'shop' }, members)).toEqual(['a', 'b', 'c']);
    expect(started(undefined, start, ['a', 'b'])).toEqual({ ...roll('ww'), id: 'two', by: 'bert' });
  });
  test('with the hosts that are named, in this order', () => {
    expect(hostsOf({ service: 'shop', hosts: ['c', 'a'] }, membersOf('abc'))).toEqual(['c', 'a']);
  });
  test.each([
    [{ service: 'web' }, 'No host runs web. The fleet runs shop.'],
    [{ service: 'shop', hosts: [] }, 'A restart of shop needs at least one host, got none.'],
    [{ service: 'shop', hosts: ['a', 'a'] }, 'a is named twice. Name each host once.'],
    [{ service: 'shop', hosts: ['z'] }, 'z is not among the members of the fleet. These run shop: a, b.'],
    [{ service: 'shop', hosts: ['x'] }, 'x does not run shop. These run shop: a, b.'],
  ])('not with %j', (asked, message) => {
    expect(() => hostsOf(asked, membersOf('ab', { ...member('x'), services: {} }))).toThrow(message);
  });
  test('with a text that all hosts can read', () => {
    expect(started(undefined, { ...start, by: 'x'.repeat(20_000) }, ['a']).by).toBe('x'.repeat(300));
  });
  test('after one that has ended', () => {
    expect(started(roll('dd', { phase: 'done' }), start, ['a']).id).toBe('two');
    expect(started(roll('dfw', { phase: 'aborted' }), start, ['a']).id).toBe('two');
  });
  test.each([
    [roll('dr'), 'A restart of shop, begun by anna, is in progress. Wait for its end, or abort it.'],
    [
      roll('df', { phase: 'halted', why: 'x' }),
      'A restart of shop, begun by anna, has halted: x. Resume it, or abort it.',
    ],
  ])('not beside another one', (before, message) => {
    expect(() => started(before, start, ['c'])).toThrow(message);
  });
  test('not while a host may be in the restart before, unless it is left out by name', () => {
    const before = roll('du', { phase: 'aborted' });
    expect(() => started(before, start, ['a'])).toThrow('b may still be in the restart of shop before');
    expect(() => started(before, { ...start, hosts: ['b'] }, ['b'])).toThrow('b may still be');
    expect(started(before, { ...start, hosts: ['a'] }, ['a']).hosts).toEqual(hosts('w'));
  });
  test('once: a write that was answered late is not repeated', () => {
    const mine = started(undefined, start, ['a']);
    expect(started(mine, start, ['a'])).toBe(mine);
  });
});

describe('a roll is resumed', () => {
  test('for hosts that failed; those that are done have no other turn', () => {
    const next = resumed(roll('dfww', { phase: 'halted', why: 'x' }), 'shop');
    expect([pictureOf(next), next.phase, next.why]).toEqual(['dWww', 'running', undefined]);
    expect(next.hosts[1]).toEqual({ host: 'b', state: 'waiting', attempt: 1 });
  });
  test('and a host that may be in its restart is asked at once, so that it is counted all the time', () => {
    expect(resumed(roll('duww', { phase: 'halted' }), 'shop').hosts[1]).toEqual({
      host: 'b',
      state: 'asked',
      attempt: 2,
    });
  });
  test('also when it is done without some hosts', () => {
    expect(pictureOf(resumed(roll('dfd', { phase: 'done' }), 'shop'))).toBe('dWd');
  });
  test('without a change while it is running', () => {
    const running = roll('dr');
    expect(resumed(running, 'shop')).toBe(running);
  });
  test.each([
    [undefined, 'There is no restart of shop in this fleet.'],
    [roll('dd', { phase: 'done' }), 'The restart of shop is done. Begin another one.'],
    [roll('df', { phase: 'aborted' }), 'The restart of shop is aborted. Begin another one.'],
  ])('not if nothing is left to do', (before, message) => {
    expect(() => resumed(before, 'shop')).toThrow(message);
  });
});

describe('a roll is aborted', () => {
  test('and who was only asked begins nothing', () => {
    const next = aborted(roll('draw'), 'shop', 'wrong release');
    expect([pictureOf(next), next.phase, next.why]).toEqual(['drWw', 'aborted', 'wrong release']);
  });
  test('with a reason that all hosts can read', () => {
    expect(aborted(roll('dw'), 'shop', 'x'.repeat(20_000)).why).toBe('x'.repeat(300));
  });
  test.each([
    [undefined, 'There is no restart of shop in this fleet.'],
    [roll('dd', { phase: 'done' }), 'The restart of shop is done. There is nothing to abort.'],
  ])('not if there is nothing to abort', (before, message) => {
    expect(() => aborted(before, 'shop', 'x')).toThrow(message);
  });
});

test('the steps of a plan are the canary and then the batches', () => {
  const many = { hosts: hosts('wwwwww'), plan: { ...plan, canary: 1, batch: 2 } };
  expect(stepsOf(many)).toEqual([['a'], ['b', 'c'], ['d', 'e'], ['f']]);
  expect(stepsOf({ ...many, hosts: hosts('dfwwww') })).toEqual([
    ['c', 'd'],
    ['e', 'f'],
  ]);
});
