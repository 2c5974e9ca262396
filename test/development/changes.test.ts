import { expect, test } from 'vitest';
import { changes$ } from '../../src/development/index.js';

test.each<[string | string[], Readonly<Record<string, number>>, string]>([
  ['', {}, "paths: expected a path or a list of paths, such as 'src'"],
  [[], {}, "paths: expected a path or a list of paths, such as 'src'"],
  [['src', ''], {}, "paths: expected a path or a list of paths, such as 'src'"],
  ['src', { debounce: -1 }, 'debounce: expected a time in ms, 0 or more, got -1'],
  ['src', { debounce: Number.NaN }, 'debounce: expected a time in ms, 0 or more, got NaN'],
  ['src', { debonce: 1 }, 'debonce: is not an option. There are debounce, watching'],
])('changes$(%j, %j) throws at once', (paths, options, message) => {
  expect(() => changes$(paths, options)).toThrow(expect.objectContaining({ name: 'ConfigError', message }));
});
