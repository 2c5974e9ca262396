import { expect, test } from 'vitest';
import { changes$ } from '../../src/development.js';

/** Arguments as they come from somewhere without types. */
const called = (paths: unknown, options: unknown) => () =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  changes$(paths as string, options as object);

test.each<[unknown, unknown, string]>([
  ['', {}, "paths: expected a path or an array of paths, such as 'src'"],
  [[], {}, "paths: expected a path or an array of paths, such as 'src'"],
  [['src', ''], {}, "paths: expected a path or an array of paths, such as 'src'"],
  ['src', { debounce: -1 }, 'debounce: expected a time in ms, 0 or more, got -1'],
  ['src', { debounce: Number.NaN }, 'debounce: expected a time in ms, 0 or more, got NaN'],
  ['src', { debonce: 1 }, 'debonce: is not an option. Did you mean debounce?'],
  ['src', { watching: 5 }, 'watching: expected a function, got 5'],
  ['src', null, 'changes$: expected { debounce, watching }, or nothing, after the paths'],
])('changes$(%j, %j) throws at once', (paths, options, message) => {
  expect(called(paths, options)).toThrow(expect.objectContaining({ name: 'ConfigError', message }));
});
