import * as fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { cutAtNewlines } from '../../src/log/cutAtNewlines.js';

interface Heard {
  readonly blocks: string[];
  readonly pieces: [string, number, boolean][];
}

const cut = (chunks: readonly Buffer[], longest = 1_000): Heard => {
  const heard: Heard = { blocks: [], pieces: [] };
  const lines = cutAtNewlines(longest, {
    lines: (block) => heard.blocks.push(block.toString('latin1')),
    piece: (bytes, part, last) => heard.pieces.push([bytes.toString('latin1'), part, last]),
  });
  for (const chunk of chunks) lines.push(chunk);
  lines.end();
  return heard;
};

const texts = (...chunks: readonly string[]) => chunks.map((chunk) => Buffer.from(chunk));

test('whole lines pass in the chunk in which they come, the rest waits for its end', () => {
  expect(cut(texts('ab\nc', 'd\ne\n', 'f')).blocks).toEqual(['ab\n', 'cd\n', 'e\n', 'f\n']);
  expect(cut(texts('a\nb\nc\n')).blocks).toEqual(['a\nb\nc\n']);
  expect(cut(texts('', '\n', '\n\n')).blocks).toEqual(['\n', '\n\n']);
});

test('a line that is too long comes in pieces, the last of which is told', () => {
  expect(cut(texts('abc', 'defgh\nxy\n'), 3)).toEqual({
    blocks: ['xy\n'],
    pieces: [
      ['abc', 1, false],
      ['def', 2, false],
      ['gh', 3, true],
    ],
  });
  expect(cut(texts('abcdef'), 3).pieces).toEqual([
    ['abc', 1, false],
    ['def', 2, true],
  ]);
  expect(cut(texts('abc\n'), 3)).toEqual({ blocks: ['abc\n'], pieces: [] });
});

test('no character is cut', () => {
  const { pieces } = cut(texts('aé€😀é\n'), 4);
  expect(pieces.map(([bytes]) => Buffer.from(bytes, 'latin1').toString())).toEqual(['aé', '€', '😀', 'é']);
});

test('who writes a line byte by byte does not have each of them kept', () => {
  const concat = vi.spyOn(Buffer, 'concat');
  onTestFinished(() => concat.mockRestore());
  const text = 'x'.repeat(10_000);
  expect(cut(texts(...Array.from(text), '\n'), 100_000).blocks).toEqual([`${text}\n`]);
  expect(Math.max(...concat.mock.calls.map(([chunks]) => chunks.length))).toBeLessThan(1_100);
});

/** Short lines and long ones, any bytes, newlines often. */
const bytes = fc.array(fc.oneof(fc.constant(0x0a), fc.integer({ min: 0, max: 255 })), { maxLength: 80 });
const longest = fc.integer({ min: 1, max: 30 });

test('of any bytes, cut anywhere, none is lost, added, or moved, and nothing is longer than it may be', () => {
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(80)), longest, (all, cuts, most) => {
      const text = Buffer.from(all);
      const places = [0, ...cuts.map((at) => Math.min(at, text.length)).toSorted((a, b) => a - b), text.length];
      const chunks = places.slice(1).map((to, index) => text.subarray(places[index], to));
      let told = '';
      const check = cutAtNewlines(most, {
        lines: (block) => {
          told += block.toString('latin1');
          expect(block.at(-1)).toBe(0x0a);
          for (const line of block.toString('latin1').split('\n')) expect(line.length).toBeLessThanOrEqual(most);
        },
        piece: (piece, _, last) => {
          told += `${piece.toString('latin1')}${last ? '\n' : ''}`;
          expect(piece.length).toBeLessThanOrEqual(most);
        },
      });
      for (const chunk of chunks) check.push(chunk);
      check.end();
      const whole = text.toString('latin1');
      expect(told).toBe(whole === '' || whole.endsWith('\n') ? whole : `${whole}\n`);
    }),
    { numRuns: 1_000 },
  );
});

test('where chunks begin and end makes no difference to pieces', () => {
  fc.assert(
    fc.property(bytes, fc.nat(80), longest, (all, at, most) => {
      const text = Buffer.from(all);
      const together = cut([text], most);
      const apart = cut([text.subarray(0, at), text.subarray(at)], most);
      expect(apart.pieces).toEqual(together.pieces);
      expect(apart.blocks.join('')).toBe(together.blocks.join(''));
    }),
  );
});
