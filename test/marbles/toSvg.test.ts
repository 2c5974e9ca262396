import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { toSvg } from '../../src/marbles.js';

const roll = readFileSync(new URL('../../marbles/roll.txt', import.meta.url), 'utf8');

test('a text diagram becomes an SVG document with its title, its paragraphs and its rows', () => {
  const svg = toSvg(roll);
  expect(svg).toContain('<title>A rolling restart</title>');
  expect(svg).toMatch(/<desc>Each slot gets its new worker beside the old one[^`]*ready for minReadyTime[^`]*<\/desc>/);
  expect(svg).toContain('<title>worker 3 is available: 16 ms</title>');
});

test('the decisions can be left out', () => {
  expect(toSvg(roll)).toContain('restart 1 done');
  expect(toSvg(roll, { decisions: false })).not.toContain('restart 1 done');
});

test('what is no diagram is refused, with its line', () => {
  expect(() => toSvg('# A title\n\nprose')).toThrow(/^line 3: expected a line 'diagram'/);
});

test('what is no text is refused', () => {
  // What JavaScript can pass.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  expect(() => toSvg(undefined as unknown as string)).toThrow('toSvg: expected the text of a diagram, got undefined');
});
