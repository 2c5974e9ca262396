import { expect, test } from 'vitest';
import { readDiagram } from '../../../src/testing.js';

/** A scenario with one worker, forked in column 2, and these rows above it. */
const withRows = (...rows: readonly string[]) =>
  readDiagram(
    `# A title\n\nA sentence.\n\noptions\n  column 10\n  worker 1\ndiagram\n                  0         10\n${rows.join('\n')}\nworker 1, slot 1    for--a--------t|\n\ndecisions\n`,
  );

test.each([
  ['worker 1 loops    -----!', { after: 30, for: Infinity, how: 'loop' }],
  ['worker 1 blocked  -----!---!', { after: 30, for: 40, how: 'blocked' }],
  ['worker 1 stopped  --!----!', { after: 0, for: 50, how: 'stopped' }],
])('%s: the worker hangs from the first ! to the second, by its age', (row, hangs) => {
  expect(withRows(row).behaviours.get(1)?.hangs).toEqual(hangs);
});

test('a worker that hangs in two ways is refused', () => {
  expect(() => withRows('worker 1 loops    ---!', 'worker 1 blocked  ------!')).toThrow(
    "row 'worker 1 blocked': expected one such row for each worker",
  );
});

test('a worker may hang and use memory', () => {
  const { hangs, usage } = withRows('worker 1 loops    -----!', 'worker 1 rss 600M -----!').behaviours.get(1) ?? {};
  expect([hangs?.after, usage?.(30).rss]).toEqual([30, 600 * 2 ** 20]);
});
