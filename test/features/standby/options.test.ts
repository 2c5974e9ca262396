import { expect, test } from 'vitest';
import { configure } from '../../../src/config/configure.js';
import type { Config } from '../../../src/config/options.js';
import { environment } from '../../../src/host/environment.js';

const completed = (options: unknown) =>
  // As they come from somewhere without types.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  configure(options as Config, { ...environment(), canReusePort: true, main: '/srv/shop/master.js' }).options.standby;

test('by default there is no standby worker', () => {
  expect(completed({})).toBe(0);
  expect(completed({ standby: undefined })).toBe(0);
  expect(completed({ standby: 2 })).toBe(2);
});

test.for([
  [-1, '-1'],
  [1.5, '1.5'],
  [10_001, '10001'],
  ['1', '"1"'],
  [true, 'true'],
  [Number.NaN, 'NaN'],
  [Infinity, 'Infinity'],
  [null, 'null'],
] as const)('the option is a whole number: %o is refused', ([standby, shown]) => {
  expect(() => completed({ standby })).toThrow(`standby: expected a whole number from 0 to 10000, got ${shown}`);
});

test('the option is refused with sockets that the master does not have', () => {
  expect(() => completed({ standby: 1, schedulingPolicy: 'reusePort' })).toThrow(
    "standby: expected this option to be left out with schedulingPolicy: 'reusePort', because the master cannot keep such workers from listening. Leave out one of the two",
  );
  expect(completed({ standby: 0, schedulingPolicy: 'reusePort' })).toBe(0);
});

test('the option does not need the preload', () => {
  expect(completed({ standby: 1, preload: false })).toBe(1);
});
