import { array, assert, integer, property, string, stringMatching } from 'fast-check';
import { expect, test } from 'vitest';
import type { Picture, Row } from '../../src/drawing/picture.js';
import { pictureSvg } from '../../src/drawing/pictureSvg.js';
import { meanings } from '../../src/drawing/signs.js';
import { bandsOf } from '../../src/drawing/svg/layout.js';
import { escapeText } from '../../src/drawing/svg/element.js';
import { nameLines } from '../../src/drawing/svg/rowName.js';
import { wrapText } from '../../src/drawing/wrapText.js';

/** A row of a worker whose marks are the characters of a text. */
const life = (text: string, name = 'worker 1, slot 1'): Row => ({
  kind: 'worker',
  name,
  marks: Array.from(text).flatMap((sign, at) => (sign === '-' || sign === ' ' ? [] : [{ at, sign }])),
  from: text.length - text.trimStart().length,
  to: text.length - 1,
});

const picture = (rows: readonly Row[], changes: Partial<Picture> = {}): Picture => ({
  column: 1,
  width: Math.max(...rows.map(({ to }) => to + 1)),
  rows,
  decisions: [{ at: 2, sentence: '1 worker is ready' }],
  ...changes,
});

const drawn = (...pictures: readonly Picture[]) => pictureSvg({ title: 'A title', pictures });

/** Whether every element is closed in its turn, and text has no bare sign of XML. */
const isWellFormed = (xml: string): boolean => {
  const open: string[] = [];
  for (const [, slash, name = '', end] of xml.matchAll(/<(\/?)([a-z]+)(?: [a-zA-Z-]+="[^"<]*")*(\/?)>/g)) {
    if (slash === '/' && open.pop() !== name) return false;
    if (slash !== '/' && end !== '/') open.push(name);
  }
  const text = xml.replaceAll(/<style>[^<]*<\/style>|<\/?[a-z]+(?: [a-zA-Z-]+="[^"<]*")*\/?>/g, '');
  return open.length === 0 && !/[<>"']|&(?!(?:amp|lt|gt|quot|#39);)/.test(text);
};

const titlesOf = (svg: string) => Array.from(svg.matchAll(/<title>([^<]*)<\/title>/g), ([, title]) => title);

test('a picture is an image with a title, and all that it shows in words', () => {
  const svg = drawn(
    picture([life('for-t|')], { decisions: [{ at: 4, sentence: 'shutdown' }, { sentence: 'complete' }] }),
  );
  expect(svg).toMatch(
    /^<svg xmlns="http:\/\/www\.w3\.org\/2000\/svg" viewBox="0 0 430 \d+" width="559" height="\d+" role="img" class="marbles">\n<title>A title<\/title>\n/,
  );
  expect(/<desc>([^<]*)<\/desc>/.exec(svg)?.[1]).toBe(
    'worker 1, slot 1: is forked at 0 ms, is online at 1 ms, is ready at 2 ms, is asked to leave at 4 ms, has left, as asked at 5 ms.\n4 ms: shutdown.\ncomplete.',
  );
  expect(isWellFormed(svg)).toBe(true);
});

test('every mark says what it is and when', () => {
  const input: Row = { kind: 'input', name: 'SIGINT', marks: [{ at: 3, sign: '!' }], from: 0, to: 3 };
  const output: Row = {
    kind: 'output',
    name: 'messages$',
    marks: [
      { at: 1, sign: '2' },
      { at: 2, sign: '+' },
    ],
    from: 0,
    to: 2,
  };
  const svg = drawn(picture([input, life('f--x'), output], { column: 5000 }));
  expect(titlesOf(svg)).toEqual([
    'A title',
    'SIGINT: 15 s',
    'worker 1 is forked: 0 s',
    'worker 1 has exited, unasked: 15 s',
    'messages$: slot 2 at 5 s',
    'messages$: several at 10 s',
    // The legend.
    'is forked',
    'has exited, unasked',
  ]);
});

test('it has colours for light and dark pages', () => {
  expect(drawn(picture([life('for')]))).toMatch(
    /\.paper \{ fill: #ffffff[^]*@media \(prefers-color-scheme: dark\) \{[^]*\.paper \{ fill: #0d1117/,
  );
});

test('the legend has the signs that occur, and no other', () => {
  const svg = drawn(picture([life('for--m-x')]));
  const legend = Array.from(svg.matchAll(/class="meaning">([^<]*)</g), ([, text]) => text);
  expect(new Set(legend)).toEqual(new Set(['f', 'o', 'r', 'm', 'x'].map((sign) => meanings[sign])));
});

test('several clusters stand one below the other, each with its name', () => {
  const svg = drawn(picture([life('for')], { name: 'web' }), picture([life('fo-x')], { name: 'jobs' }));
  const names = Array.from(svg.matchAll(/class="name">([^<]*)</g), ([, text]) => text);
  expect(names).toEqual(['web', 'worker 1', 'jobs', 'worker 1']);
  expect(svg).toContain('web:\nworker 1, slot 1: is forked');
});

test('a picture with a time of day has clock times', () => {
  const begin = new Date(2026, 0, 1, 21, 57, 30).getTime();
  const svg = drawn(picture([life('for-t')], { begin, column: 1000 }));
  expect(svg).toContain('>21:57:32</text>');
  expect(titlesOf(svg)).toContain('worker 1 is asked to leave: 21:57:34');
});

/** Also control characters and halves of surrogate pairs. */
const anyText = array(integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes));

test('any text gives a well-formed document', () => {
  assert(
    property(anyText, string(), (name, sentence) => {
      const svg = pictureSvg({
        title: name,
        description: sentence,
        pictures: [
          picture([life(`f-${sentence.slice(0, 3)}|`, name)], { decisions: [{ at: 1, sentence }, { sentence: name }] }),
        ],
      });
      expect(isWellFormed(svg)).toBe(true);
    }),
  );
});

test('what XML does not allow is replaced', () => {
  expect(escapeText(`<a href="x">&'\u0000\u001B\uD800\uFFFF😀`)).toBe(
    '&lt;a href=&quot;x&quot;&gt;&amp;&#39;\uFFFD\uFFFD\uFFFD\uFFFD😀',
  );
});

test('no two marks of a row touch, and all rows have the same columns', () => {
  const rows = [life('fora-------t|'), life('     fora----t|')];
  const [band, ...more] = bandsOf(rows, 15, 300);
  expect(more).toEqual([]);
  for (const { marks } of rows)
    for (const [index, { at }] of marks.slice(1).entries())
      expect((band?.x(at) ?? 0) - (band?.x(marks[index]?.at ?? 0) ?? 0)).toBeGreaterThanOrEqual(16);
  expect(band?.x(14)).toBeLessThanOrEqual(300);
});

test('what does not fit is continued below: each column is in one band, and each band fits', () => {
  assert(
    property(array(stringMatching(/^[fora-]{1,60}$/), { minLength: 1, maxLength: 5 }), (texts) => {
      const rows = texts.map((text) => life(text));
      const columns = Math.max(...texts.map(({ length }) => length));
      const bands = bandsOf(rows, columns, 200);
      expect(
        bands.flatMap(({ from, to }) => Array.from({ length: to - from + 1 }, (_, index) => from + index)),
      ).toEqual(Array.from({ length: columns }, (_, column) => column));
      for (const { to, x } of bands) expect(x(to)).toBeLessThanOrEqual(200);
    }),
  );
});

test('a picture of a billion columns has the few in which something happens', () => {
  const row: Row = {
    kind: 'worker',
    name: 'worker 1, slot 1',
    marks: [
      { at: 0, sign: 'f' },
      { at: 999_999_999, sign: 'x' },
    ],
    from: 0,
    to: 999_999_999,
  };
  const svg = drawn(picture([row]));
  expect(svg).toContain('<title>worker 1 has exited, unasked: 277.8 h</title>');
  expect(svg.length).toBeLessThan(10_000);
});

test('a worker is drawn in each band in which it lives', () => {
  const long = `f${'-'.repeat(100)}${'fora'.repeat(10)}`;
  const svg = drawn(picture([life(long), life('fo-x', 'worker 2, slot 2')]));
  expect(svg.split('>worker 1</text>').length - 1).toBeGreaterThan(1);
  expect(svg.split('>worker 2</text>').length - 1).toBe(1);
});

test('a worker that was there before the first column serves from its left edge', () => {
  const row: Row = { ...life('---t|'), before: 'a' };
  expect(drawn(picture([row]))).toMatch(/class="serving"[^]*class="leaving"/);
  expect(drawn(picture([{ ...row, before: 'o' }]))).toMatch(/class="booting"[^]*class="leaving"/);
});

const condition = (name: string, ...columns: readonly number[]): Row => ({
  kind: 'condition',
  name,
  marks: columns.map((at) => ({ at, sign: '!' })),
  from: 0,
  to: columns.at(-1) ?? 0,
});

test('the name of a row is a worker, and below it its cluster and slot', () => {
  expect(nameLines('worker 1, slot 2')).toEqual(['worker 1', 'slot\u00A02']);
  expect(nameLines('web: worker 1, slot 2')).toEqual(['worker 1', 'web, slot\u00A02']);
  expect(nameLines('cache: worker 1, slot 2')).toEqual(['worker 1', 'cache,', 'slot\u00A02']);
  expect(nameLines('worker 1 rss 600M')).toEqual(['worker 1', 'rss 600M']);
  expect(nameLines('SIGUSR2')).toEqual(['SIGUSR2']);
});

test('a condition lasts to its second mark, or as long as its worker', () => {
  const rows = [condition('worker 1 busy', 4, 6), condition('worker 1 loops', 4), life('for--------x')];
  const svg = drawn(picture(rows));
  const [busy, loops] = Array.from(svg.matchAll(/H([\d.]+)" class="condition"/g), ([, x]) => Number(x));
  const [, exit] = /exited, unasked: 11 ms<\/title><path d="M([\d.]+) /.exec(svg) ?? [];
  expect(busy).toBeLessThan(Number(loops));
  // A cross is 10 wide.
  expect(loops).toBeCloseTo(Number(exit) + 5, 1);
});

test('text is wrapped between words, and longer words are cut', () => {
  expect(wrapText('one two three', 7)).toEqual(['one two', 'three']);
  expect(wrapText('/a/long/path', 5)).toEqual(['/a/lo', 'ng/pa', 'th']);
  expect(wrapText('', 5)).toEqual([]);
});
