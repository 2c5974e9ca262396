import { expect, test } from 'vitest';
import type { ClusterEvent } from '../../src/index.js';
import { replayedDecisions } from '../../src/reproduce/replay.js';
import { reproduce } from '../../src/reproduce/reproduce.js';
import { withoutUndecided } from '../../src/reproduce/withoutUndecided.js';
import { type Config, simulate } from '../../src/testing.js';

const config: Config = { worker: 2, backoff: { initial: 700, jitter: 0 } };
const { events } = simulate(config, {
  duration: 60_000,
  workers: (_, fork) => ({
    online: 300 + fork * 7,
    listening: 1_000 + fork * 11,
    leaves: 40 + fork * 13,
    ...(fork === 1 && { crashes: { after: 10_011 } }),
  }),
  inputs: [{ at: 20_000, input: 'restart' }],
});

const upTo = (part: readonly ClusterEvent[], given = config) =>
  withoutUndecided(part, (some) => reproduce(some, given));
const isCut = (assumption: string): boolean =>
  /^The last .* left out: what the master decided then is/.test(assumption);

test('wherever a recording ends, its run is reproduced, without the last events that the master has not decided about', () => {
  const whole = events.slice(2).map((_, at) => {
    const { config: options, script, decisions, assumptions } = upTo(events.slice(0, at + 2));
    expect(replayedDecisions(options, script)).toEqual(decisions);
    return !assumptions.some(isCut);
  });
  expect(whole).toContain(true);
  expect(whole).toContain(false);
});

test('the last events that are left out are as few as possible, and are counted', () => {
  const exit = events.findIndex(({ type }) => type === 'exit');
  const departure = upTo(events.slice(0, exit + 2));
  expect(departure.assumptions.filter(isCut)).toEqual([
    'The last 2 events are left out: what the master decided then is not recorded.',
  ]);
  expect(upTo(events.slice(0, exit)).assumptions.some(isCut)).toBe(false);
  expect(upTo(events).assumptions.some(isCut)).toBe(false);
});

test('where the simulation decides differently in another way, nothing is left out', () => {
  const at = events.findIndex(({ type }) => type === 'backoff');
  const other = events.slice(0, at + 1).with(at, Object.assign({}, events[at], { type: 'degraded' }));
  const { events: played, assumptions } = upTo(other);
  expect(assumptions.some(isCut)).toBe(false);
  expect(played).toHaveLength(other.length);
});
