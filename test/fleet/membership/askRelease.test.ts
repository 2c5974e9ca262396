import { expect, test } from 'vitest';
import { askRelease } from '../../../src/fleet/membership/askRelease.js';

/** Asks once, and says what was told. */
const asked = (release: (service: string) => unknown, before = '1.0') => {
  const told: string[] = [];
  return { release: askRelease(release, (problem) => told.push(problem))('shop', before), told };
};

test('the release is what the function returns', () => {
  expect(asked((service) => `${service} 2.0`)).toEqual({ release: 'shop 2.0', told: [] });
  expect(asked(() => '')).toEqual({ release: '', told: [] });
});

const fails = (): never => {
  throw new Error('no such file');
};

test('a function that throws is told, and the release stays as it was', () => {
  const what = 'the function fleet.release failed (no such file) for the service shop. Its release';
  expect(asked(fails)).toEqual({ release: '1.0', told: [`${what} stays 1.0 until the next restart`] });
  expect(asked(fails, '')).toEqual({ release: '', told: [`${what} is not known until the next restart`] });
});

test('a promise that is rejected harms nothing', async () => {
  const rejected: unknown[] = [];
  const note = (reason: unknown) => void rejected.push(reason);
  process.on('unhandledRejection', note);
  expect(asked(() => Promise.reject(new Error('no such file'))).release).toBe('1.0');
  // They are found after the microtasks of this turn.
  await new Promise((resolve) => setImmediate(resolve));
  process.off('unhandledRejection', note);
  expect(rejected).toEqual([]);
});

test.each([
  [undefined, 'a value of the type undefined'],
  [2, 'a value of the type number'],
  [Promise.resolve('2.0'), 'a value of the type object'],
  ['a'.repeat(256), 'one of 256'],
])('%s is no release: no host could read it', (value, got) => {
  expect(asked(() => value)).toEqual({
    release: '1.0',
    told: [
      `the function fleet.release returned ${got} instead of a text of 255 characters at most for the service shop. Its release stays 1.0 until the next restart`,
    ],
  });
});
