import { expect, test } from 'vitest';
import { type RandomLives, randomLives, simulate } from '../../src/testing.js';

const ref = (slot: number) => ({ cluster: 'test', slot, generation: 1 });

const drawn = (options: RandomLives, forks = 1_000) => {
  const lives = randomLives(options);
  return Array.from({ length: forks }, (_, index) => lives(ref(1), index + 1));
};

test('the same seed has the same lives, and another one others', () => {
  expect(drawn({ seed: 7 })).toEqual(drawn({ seed: 7 }));
  expect(drawn({ seed: 7 })).not.toEqual(drawn({ seed: 8 }));
});

test('the life of a fork depends on its number alone', () => {
  const lives = randomLives({ seed: 7 });
  const third = lives(ref(1), 3);
  lives(ref(1), 1);
  expect(lives(ref(2), 3)).toEqual(third);
});

test('times are between the given ones, and so many workers crash', () => {
  const lives = drawn({ seed: 1, listening: [10, 20], leaves: [5, 5], crashing: 0.25, crashes: [100, 200] });
  const booting = lives.map(({ listening }) => Number(listening));
  expect([Math.min(...booting), Math.max(...booting)]).toEqual([10, 20]);
  expect(new Set(lives.map(({ leaves }) => leaves))).toEqual(new Set([5]));
  const crashes = lives.flatMap(({ crashes }) => crashes?.after ?? []);
  expect(crashes.length / lives.length).toBeCloseTo(0.25, 1);
  expect([Math.min(...crashes), Math.max(...crashes)]).toEqual([100, 200]);
});

test('a day of random lives', () => {
  const { events, ending } = simulate(
    { worker: 4 },
    { duration: 86_400_000, workers: randomLives({ seed: 3, crashing: 1 }) },
  );
  expect(ending).toBe('running');
  expect(events.filter(({ type }) => type === 'exit').length).toBeGreaterThan(100);
});

const wrong: readonly (readonly [object, string])[] = [
  [{}, 'randomLives.seed: expected a number, got undefined'],
  [{ seed: 1, crashing: 2 }, 'randomLives.crashing: expected a number from 0 to 1, got 2'],
  [{ seed: 1, leaves: [5, 1] }, 'randomLives.leaves: expected [least, most] in ms, got an array'],
  [{ seed: 1, crashes: [0, Infinity] }, 'randomLives.crashes: expected [least, most] in ms'],
  [{ seed: 1, boots: [0, 1] }, 'randomLives.boots: is not an option'],
];

test.for(wrong)('%j is a ConfigError', ([options, message]) => {
  // As in JavaScript.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  expect(() => randomLives(options as RandomLives)).toThrow(message);
});
