import { expect, test } from 'vitest';
import { compare } from '../../src/reproduce/compare.js';
import { reproduce } from '../../src/reproduce/reproduce.js';
import { type Config, simulate, type WorkerBehaviour } from '../../src/testing.js';

const options: Config = { worker: 2, maxForkCount: 50, backoff: { initial: 100, max: 1_000, jitter: 0 } };

/** From 60 s to 80 s each worker that is forked crashes after half a second, as both did at 60 s. */
const outage: WorkerBehaviour = { crashes: { after: 500, code: 1 } };
const lives = (_: unknown, fork: number): WorkerBehaviour => {
  if (fork <= 2) return { crashes: { after: 60_000, code: 1 } };
  return fork <= 30 ? outage : {};
};
const { events } = simulate(options, { duration: 120_000, workers: lives });
const reproduction = reproduce(events, options);

test('the control has the same numbers and decisions as what was recorded', () => {
  const { recorded, control, differences } = compare(reproduction, options);
  const { events: ofControl, diagram, ...numbers } = control;
  expect(recorded).toMatchObject(numbers);
  expect(differences).toEqual([]);
  expect(recorded).toMatchObject({ forks: 32, crashes: 30, gaveUp: false });
  expect(diagram).toBe(recorded.diagram);
  expect(ofControl).toHaveLength(events.length);
});

test('a longer backoff forks less while the database is away, and a small budget gives up', () => {
  const longer = compare(reproduction, { ...options, backoff: { initial: 5_000, max: 20_000, jitter: 0 } });
  expect(longer.changed.forks).toBeLessThan(15);
  expect(longer.changed.longestNoneReady).toBeGreaterThan(longer.recorded.longestNoneReady);
  const { changed } = compare(reproduction, { ...options, maxForkCount: 3 });
  expect(changed.gaveUp).toBe(true);
  expect(changed.longestNoneReady).toBeGreaterThan(15_000);
});

test('the diagrams have as many columns as there is room for, all of the same time', () => {
  const { recorded, changed, column } = compare(reproduction, options, 40);
  expect(column).toBe(2_000);
  expect(recorded.diagram).toMatch(/^worker 1, slot 1 {2}a-{29}x$/m);
  expect(
    Math.max(
      ...changed.diagram
        .split('\n')
        .slice(0, 30)
        .map((line) => line.length),
    ),
  ).toBeLessThan(60);
});

test('an Observable in the other options is replaced by the recorded sizes', () => {
  const { assumptions, changed } = compare(reproduction, { recycle: { at: '0 4 * * *' } });
  expect(changed.mostWorkers).toBe(2);
  expect(assumptions.filter((text) => text.startsWith('`recycle.at` depends on the time of day'))).toHaveLength(1);
});

test('where the simulation decides differently, it says where', () => {
  const wrong = { ...reproduction, config: { ...options, backoff: { initial: 7, jitter: 0 } } };
  expect(compare(wrong, options).differences[0]).toMatch(
    /^slot 1: after '.*' \(decision \d+\), the recording has 'respawn in 100 ms/,
  );
});
