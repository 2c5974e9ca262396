import { expect, test } from 'vitest';
import { inheritable } from '../../src/host/execArgv.js';

test.each([
  [['-e', 'run()'], []],
  [['--input-type=module', '--eval', 'run()'], []],
  [['--eval=run()', '--enable-source-maps'], ['--enable-source-maps']],
  [['-p', 'run()'], []],
  [['--print'], []],
  [['-pe', 'run()'], []],
  [['-i'], []],
  [['--check'], []],
  [['--watch'], []],
  [['--watch-path', 'src', '--watch-path=lib', '--watch-preserve-output'], []],
  [['--test', '--test-name-pattern', 'x', '--test-reporter=spec'], []],
  [
    ['-r', './before.cjs', '--watch', '--import', './hooks.mjs'],
    ['-r', './before.cjs', '--import', './hooks.mjs'],
  ],
  [
    ['--max-old-space-size=200', '--inspect=0', '--env-file', '.env', '--conditions', 'test'],
    ['--max-old-space-size=200', '--inspect=0', '--env-file', '.env', '--conditions', 'test'],
  ],
])('of %j a worker gets %j', (given, expected) => {
  expect(inheritable(given)).toEqual(expected);
});
