import { expect, test } from 'vitest';
import { configure } from '../../../src/config/configure.js';
import type { Config } from '../../../src/config/options.js';
import { environment } from '../../../src/host/environment.js';

const settings = (options: unknown) =>
  // As they come from somewhere without types.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  configure(options as Config, { ...environment(), execArgv: [], main: '/srv/shop/master.js' });
const health = (options: unknown) => settings(options).options.health;

test('workers are watched by default, and not without the preload', () => {
  expect(health({})).toEqual({});
  expect(health({ preload: true })).toEqual({});
  expect(health({ preload: false })).toBe(false);
  expect(health({ preload: false, health: false })).toBe(false);
  expect(health({ health: false })).toBe(false);
});

test('with preload: false the option is refused by name', () => {
  for (const given of [{}, { interval: 1_000 }])
    expect(() => health({ health: given, preload: false })).toThrow(
      'health: expected this option to be left out with preload: false',
    );
});

test.each([
  [
    true,
    'health: expected an object with interval, timeout and stack, or false for none, got true. It is on by default',
  ],
  [5_000, 'health: expected an object with interval, timeout and stack, or false for none, got 5000'],
  [{ intervall: 1 }, 'health.intervall: is not an option. Did you mean health.interval?'],
  [{ interval: 0 }, 'health.interval: expected a number from 1 to 2147483647, got 0'],
  [{ interval: Infinity }, 'health.interval: expected a number from 1 to 2147483647, got Infinity'],
  [{ interval: '5s' }, 'health.interval: expected a number from 1 to 2147483647, got "5s"'],
  [{ timeout: 0 }, 'health.timeout: expected a time in ms, 1 or more, or Infinity, got 0'],
  [{ timeout: Number.NaN }, 'health.timeout: expected a time in ms, 1 or more, or Infinity, got NaN'],
  [{ stack: 1 }, 'health.stack: expected true or false, got 1'],
  [{ interval: 100, timeout: 99 }, 'health.interval: expected no more than health.timeout, which is 99, got 100'],
  [{ timeout: 4_999 }, 'health.interval: expected no more than health.timeout, which is 4999, got 5000'],
  [{ interval: 60_001 }, 'health.interval: expected no more than health.timeout, which is 60000, got 60001'],
])('%j is refused', (given, message) => {
  expect(() => health({ health: given })).toThrow(message);
});

test('what is left out has its default', () => {
  expect(health({ health: { interval: undefined, timeout: Infinity } })).toEqual({
    interval: undefined,
    timeout: Infinity,
  });
  expect(health({ health: { interval: 100, timeout: 100 } })).toEqual({ interval: 100, timeout: 100 });
});

const execArgv = (options: object) => settings(options).launch.execArgv();

test('only for the stack a worker is started with an inspector port, and not where it is started with the inspector', () => {
  expect(execArgv({})).toEqual([]);
  expect(execArgv({ health: { stack: false } })).toEqual([]);
  expect(execArgv({ health: { stack: true }, execArgv: ['--enable-source-maps'] })).toEqual([
    '--enable-source-maps',
    '--inspect-port=0',
  ]);
  expect(execArgv({ health: { stack: true }, execArgv: () => ['--inspect=9300'] })).toEqual(['--inspect=9300']);
  expect(execArgv({ health: false })).toEqual([]);
});
