import { assert, array, constantFrom, integer, property, record, string, tuple } from 'fast-check';
import { expect, test } from 'vitest';
import { difference } from '../../src/terminal/screen/difference.js';
import { type Frame, frameOf, lineOf, span } from '../../src/terminal/screen/frame.js';
import { glyphsOf, widthOf } from '../../src/terminal/screen/glyphs.js';
import { plainText } from '../../src/terminal/screen/plainText.js';
import { sgr, type Style } from '../../src/terminal/screen/style.js';
import { emulator, shownFrame } from './emulator.js';

const written = '\u001B[';

test.for<[text: string, shown: string]>([
  ['GET /orders', 'GET /orders'],
  ['\u001B[31mred\u001B[0m', 'red'],
  ['\u001B[2J\u001B[Hcleared', 'cleared'],
  ['\u001B]0;title\u0007text', 'text'],
  ['\u001B]8;;http://x\u001B\\link\u001B]8;;\u001B\\', 'link'],
  ['\u001B]52;c;never ended', ''],
  ['\u001BPdevice\u001B\\after', 'after'],
  ['\u009B31mC1\u009D0;t\u009C', 'C1'],
  ['\u001Bcreset', 'reset'],
  ['\u001B(0line', 'line'],
  ['ends with \u001B', 'ends with '],
  ['ends with \u001B[3', 'ends with '],
  ['a\tb\nc\r\nd', 'a b c d'],
  ['bell\u0007 back\b null\u0000', 'bell back null'],
  ['\u202Eright to left\u202C', 'right to left'],
  ['half \uD83D of a character', 'half  of a character'],
  ['zero\u200Bwidth\uFEFF', 'zerowidth'],
  ['漢字 é ❤', '漢字 é ❤'],
])('%j is shown as %j', ([text, shown]) => {
  expect(plainText(text)).toBe(shown);
});

/** The CPU time that this takes, in ms: on a busy machine the time that passes is longer. */
const cpuOf = (run: () => void): number => {
  const begun = process.cpuUsage();
  run();
  const { user, system } = process.cpuUsage(begun);
  return (user + system) / 1_000;
};

test('of a text of any length only the beginning is read', () => {
  expect(plainText('x'.repeat(1_000_000))).toHaveLength(1_000);
  const hostile = `\u001B]${'\u001B['.repeat(500_000)}`;
  const cpu = cpuOf(() => {
    for (let round = 0; round < 100; round += 1) plainText(hostile);
  });
  expect(cpu).toBeLessThan(1_000);
});

test.for<[text: string, widths: readonly number[]]>([
  ['abc', [1, 1, 1]],
  ['漢字', [2, 2]],
  ['かな', [2, 2]],
  ['한국', [2, 2]],
  ['ｆｕｌｌ', [2, 2, 2, 2]],
  ['ﾊﾝ', [1, 1]],
  ['e\u0301', [1]],
  ['\u0301 alone', [1, 1, 1, 1, 1, 1]],
  ['▁▂█─', [1, 1, 1, 1]],
  ['😀', [2]],
  ['👍🏽', [2]],
  ['🇩🇪', [2]],
  ['❤️', [2]],
  ['⚡', [2]],
  ['🀄', [2]],
  ['𠀀', [2]],
])('the characters of %s take %j columns', ([text, widths]) => {
  const glyphs = glyphsOf(text);
  expect(glyphs.reduce((sum, { width }) => sum + width, 0)).toBe(widths.reduce((sum, width) => sum + width, 0));
  expect(widthOf(text)).toBe(widths.reduce((sum, width) => sum + width, 0));
});

test('a character with a thousand marks is cut', () => {
  const [glyph, ...more] = glyphsOf(`Z${'\u0335'.repeat(1_000)}!`);
  expect(Array.from(glyph?.text ?? '')).toHaveLength(8);
  expect(more).toEqual([{ text: '!', width: 1 }]);
});

const textOf = (line: readonly { readonly text: string }[]): string => line.map(({ text }) => text).join('');

test('a line is as wide as it should be, and has no half of a character', () => {
  expect(textOf(lineOf([span('web')], 6))).toBe('web   ');
  expect(textOf(lineOf([span('services')], 6))).toBe('servic');
  expect(lineOf([span('漢字')], 4).map(({ text }) => text)).toEqual(['漢', '', '字', '']);
  expect(lineOf([span('a漢字')], 4).map(({ text }) => text)).toEqual(['a', '漢', '', ' ']);
  expect(lineOf([span('ab', 'red'), span('cd')], 3).map(({ style }) => style)).toEqual(['red', 'red', '']);
});

const styles = ['', 'red', 'bold', 'red inverse', 'inverse'] as const satisfies readonly Style[];

/** Anything that a worker may write, after it has been made plain. */
const anyText = string({
  unit: constantFrom(
    'a',
    'b',
    ' ',
    ' ',
    '-',
    '─',
    '▁',
    '漢',
    '字',
    '😀',
    'é',
    'e\u0301',
    '\u0301',
    '❤️',
    '⚡',
    '👨‍👩‍👧',
    '\u001B[31m',
    '\u0007',
    'नि',
    '⌚',
    'ᄀ',
  ),
  maxLength: 14,
}).map((text) => plainText(text));
const anyLine = array(record({ text: anyText, style: constantFrom(...styles) }), { maxLength: 3 });
const size = { columns: 12, rows: 4 };
const anyFrame = array(anyLine, { maxLength: 5 }).map((lines) => frameOf(lines, size));

test('every frame has whole lines, whatever is in it', () => {
  assert(
    property(array(anyLine, { maxLength: 6 }), integer({ min: 1, max: 30 }), (lines, columns) => {
      const frame = frameOf(lines, { columns, rows: 3 });
      expect(frame).toHaveLength(3);
      for (const line of frame) {
        expect(line).toHaveLength(columns);
        const isSound = line.every(
          ({ text }, at) => (widthOf(text) === 2) === (line[at + 1]?.text === '') && (at > 0 || text !== ''),
        );
        expect(isSound).toBe(true);
      }
    }),
  );
});

const codes = (style: string): string =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  sgr(style as Style, true)
    .replace(written, '')
    .replace(/^0;|m$/g, '')
    .replace(/m$/, '');

test('what is written makes each frame of the one before, and no cell is written that has not changed', () => {
  assert(
    property(array(anyFrame, { minLength: 2, maxLength: 6 }), (frames) => {
      const terminal = emulator(size);
      let before: Frame | undefined;
      for (const frame of frames) {
        terminal.write(difference(before, frame, true));
        expect(terminal.screen()).toEqual(shownFrame(frame, codes));
        expect(terminal.style()).toBe('');
        const touched = terminal.takeWritten();
        expect(new Set(touched).size).toBe(touched.length);
        for (const cell of touched) {
          const [row = 0, column = 0] = cell.split(',').map(Number);
          // The right half of a character is written with the left one.
          const at = frame[row]?.[column]?.text === '' ? column - 1 : column;
          expect(before?.[row]?.[at]).not.toEqual(frame[row]?.[at]);
        }
        before = frame;
      }
    }),
    { numRuns: 500 },
  );
});

test('a frame that is the same is nothing to write', () => {
  assert(
    property(tuple(anyLine, anyLine), (lines) => {
      expect(difference(frameOf(lines, size), frameOf(lines, size), true)).toBe('');
    }),
  );
});

const change = (before: readonly string[], after: readonly string[]): string =>
  difference(
    frameOf(
      before.map((text) => [span(text)]),
      { columns: 20, rows: before.length },
    ),
    frameOf(
      after.map((text) => [span(text)]),
      { columns: 20, rows: before.length },
    ),
    true,
  );

test.for<[what: string, before: readonly string[], after: readonly string[], expected: string]>([
  ['one character', ['cpu  7%', 'rss'], ['cpu  8%', 'rss'], `${written}1;6H${written}m8`],
  ['two characters of a line', ['a b c'], ['x b y'], `${written}1H${written}mx${written}3Cy`],
  ['the end of a line', ['a long sentence', 'x'], ['a', 'x'], `${written}1;3H${written}m${written}K`],
  ['a few characters at the end', ['abc'], ['a'], `${written}1;2H${written}m${written}K`],
  ['the first column of lines that follow', ['a', 'b'], ['x', 'y'], `${written}1H${written}mx\r\ny`],
  ['a wide character', ['漢a'], ['字a'], `${written}1H${written}m字`],
  ['behind a wide character', ['漢a'], ['字b'], `${written}1H${written}m字${written}1;3Hb`],
])('%s', ([, before, after, expected]) => {
  expect(change(before, after)).toBe(expected);
});

test('another size is drawn from the beginning', () => {
  const one = frameOf([[span('ab')]], { columns: 2, rows: 1 });
  const other = frameOf([[span('ab')]], { columns: 3, rows: 1 });
  expect(difference(one, other, true)).toBe(`${written}m${written}2J${written}1H${written}mab`);
});

test.for<[style: Style, coloured: string, plain: string]>([
  ['', `${written}m`, `${written}m`],
  ['red', `${written}0;31m`, `${written}m`],
  ['red bold', `${written}0;31;1m`, `${written}0;1m`],
  ['inverse', `${written}0;7m`, `${written}0;7m`],
])('the style %j without colours keeps what is no colour', ([style, coloured, plain]) => {
  expect([sgr(style, true), sgr(style, false)]).toEqual([coloured, plain]);
});
