import { readdirSync, readFileSync } from 'node:fs';
import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import { playDiagram } from '../src/testing/playDiagram.js';
import { readDiagram } from '../src/testing/readDiagram.js';

const folder = new URL('../marbles/', import.meta.url);

test.for(readdirSync(folder).filter((name) => name.endsWith('.txt')))('marbles/%s comes out as it is drawn', (name) => {
  const diagram = readDiagram(readFileSync(new URL(name, folder), 'utf8'));
  let picture = '';
  new TestScheduler(expect.unreachable).run(() => {
    playDiagram(diagram).subscribe((drawn) => {
      picture = drawn;
    });
  });
  expect(picture).toBe(diagram.picture);
});

test.each(['wide', '0'])('column %s is refused', (column) => {
  const text = `# A title\noptions\n  column ${column}\ndiagram\n  0\ndecisions\n`;
  expect(() => readDiagram(text)).toThrow(`column: expected a number of ms above 0, got ${column}`);
});

/** A scenario with these rows below the ruler. */
const withRows = (...rows: readonly string[]) =>
  `# A title\noptions\n  worker 1\ndiagram\n                  0\n${rows.join('\n')}\ndecisions\n`;

const life = 'worker 1, slot 1    for--a--------t|';

test.each([
  [
    'stop              ------!',
    "row 'stop': expected a signal, restart, restart 1, scale 4, shutdown, force, the command of a feature",
  ],
  ['worker 1 sleeps   ------!', "row 'worker 1 sleeps': expected ', slot …', or one of rss 600M"],
  ['worker 1 rss 600  ------!', "row 'worker 1 rss 600': expected ', slot …', or one of rss 600M"],
  ['worker 2 rss 600M ------!', "row 'worker 2 rss 600M': expected also a row 'worker 2, slot …'"],
  ['worker 1 rss 600M -------', "row 'worker 1 rss 600M': expected a ! where it begins"],
  ['worker 1 rss 600M -!', "row 'worker 1 rss 600M': expected its first ! at 2 or later, when the worker is forked"],
  ['worker 1 rss 600M --!!!', "row 'worker 1 rss 600M': expected one ! where it begins, and at most one where it ends"],
])('the row %s is refused', (row, message) => {
  expect(() => readDiagram(withRows(row, life))).toThrow(message);
});

test('two rows that say different things about one worker are refused', () => {
  const rows = ['worker 1 rss 600M ---!', 'worker 1 rss 700M ------!', life];
  expect(() => readDiagram(withRows(...rows))).toThrow(
    "row 'worker 1 rss 700M': expected one such row for each worker",
  );
});

test('a worker uses memory from the first ! to the second, by its age', () => {
  const { usage } = readDiagram(withRows('worker 1 rss 600M ----!-!', life)).behaviours.get(1) ?? {};
  expect([1, 2, 3, 4].map((age) => usage?.(age).rss)).toEqual([undefined, 600 * 2 ** 20, 600 * 2 ** 20, undefined]);
});

test('a worker that is killed does not end without it', () => {
  expect(readDiagram(withRows('worker 1, slot 1  fo--kx')).behaviours.get(1)).not.toHaveProperty('crashes');
});
