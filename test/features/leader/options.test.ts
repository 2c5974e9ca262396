import { expect, test } from 'vitest';
import { configure } from '../../../src/config/configure.js';
import type { Config } from '../../../src/config/options.js';
import { environment } from '../../../src/host/environment.js';

const completed = (options: unknown) =>
  // As they come from somewhere without types.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  configure(options as Config, { ...environment(), main: '/srv/shop/master.js' }).options.leader;

test('there is no leader by default', () => {
  expect(completed({})).toBe(false);
  expect(completed({ leader: undefined })).toBe(false);
  expect(completed({ leader: true })).toBe(true);
  expect(completed({ leader: 'fleet' })).toBe('fleet');
});

test("the option is true, false or 'fleet'", () => {
  expect(() => completed({ leader: 'yes' })).toThrow(`leader: expected true or false, or 'fleet', got "yes"`);
});

test('the option needs the preload', () => {
  expect(() => completed({ leader: true, preload: false })).toThrow(
    'leader: expected this option to be left out with preload: false, because the preload carries it out. Leave out one of the two',
  );
  expect(completed({ leader: false, preload: false })).toBe(false);
});
