import { spawnSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { coverageTable, uncovered } from '../../scripts/mutate/coverage.js';
import { hasTitle } from '../../scripts/mutate/titles.js';

const root = fileURLToPath(new URL('../..', import.meta.url));

const mutate = (...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['scripts/mutate.js', ...args], {
    cwd: root,
    encoding: 'utf8',
  });
  return { status, out: stdout.trim(), err: stderr.trim() };
};

test('every mutation finds its text in the source once, its test is there, and docs/testing.md has the table', () => {
  expect(mutate('--check')).toEqual({
    status: 0,
    out: expect.stringMatching(/^\d+ mutations fit the source\.$/),
    err: '',
  });
});

const booted = { file: 'operators/lifecycle/booted', replace: '', test: 'operators/lifecycle/booted', red: '' };
/** Three mutations of one rule. */
const ofBooted = (changes?: object) =>
  ['one', 'two', 'three'].map((search) => Object.assign({}, booted, { search }, changes));

test('each rule needs three mutations that a diagram or the simulation finds, and a unit test is not enough', () => {
  const missing = (mutations: readonly object[]) =>
    uncovered(root, mutations).filter((problem: string) => problem.startsWith('lifecycle: booted'));
  expect(missing(ofBooted())).toEqual([
    'lifecycle: booted: expected at least 3 mutations that a diagram or the simulation finds, found 0.',
  ]);
  expect(missing(ofBooted({ also: { test: 'simulation/firstHalf' } }))).toEqual([]);
  expect(missing(ofBooted({ test: 'marbles' }))).toEqual([]);
  // The same one three times is one.
  expect(missing(ofBooted({ search: 'same', test: 'marbles' }))).toHaveLength(1);
  expect(coverageTable(root, ofBooted({ test: 'marbles' }))).toContain('| lifecycle: booted | 3 | 0 | 3 | 3 | 3 |  |');
});

test.each([
  [['--part', '7/6'], "--part: expected M/N with 1 ≤ M ≤ N, got '7/6'"],
  [['--part', 'two'], "--part: expected M/N, such as 2/6, got 'two'"],
  [['--seconds', 'soon'], "--seconds: expected a number above 0, got 'soon'"],
  [['--fast'], "Unknown option '--fast'"],
  [['no such mutation'], "No mutation contains 'no such mutation'."],
])('%j is refused, with what is expected', (args, message) => {
  const { status, err } = mutate(...args);
  expect(status).toBe(1);
  expect(err).toContain(message);
});

test.each([
  ['operators/general/semaphore', 'semaphore grants as many permits at a time as its limit', true],
  ['operators/general/semaphore', 'semaphore grants as many permits', false],
  ['operators/general/semaphore', 'grants as many permits at a time', false],
  ['host/refuseFrames', '{"cmd":"NODE_HANDLE_ACK"} is refused and reported', true],
  ['host/refuseFrames', '{"cmd":"NODE_HANDLE_ACK"} is refused', false],
])('that %s has the test %j is %s', (file, red, has) => {
  expect(hasTitle(root, { test: file, red })).toBe(has);
});
