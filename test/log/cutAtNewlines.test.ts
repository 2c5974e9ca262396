import * as fc from 'fast-check';
import { expect, onTestFinished, test, vi } from 'vitest';
import { cutAtNewlines } from '../../src/log/cutAtNewlines.js';

interface Received {
  readonly blocks: string[];
  readonly pieces: [string, number, boolean][];
}

const cut = (chunks: readonly Buffer[], maxBytes = 1_000): Received => {
  const received: Received = { blocks: [], pieces: [] };
  const lines = cutAtNewlines(maxBytes, {
    lines: (block) => received.blocks.push(block.toString('latin1')),
    piece: (bytes, part, last) => received.pieces.push([bytes.toString('latin1'), part, last]),
  });
  for (const chunk of chunks) lines.push(chunk);
  lines.end();
  return received;
};

const texts = (...chunks: readonly string[]) => chunks.map((chunk) => Buffer.from(chunk));

test('whole lines pass as one block per chunk, an unfinished line waits for its newline', () => {
  expect(cut(texts('ab\nc', 'd\ne\n', 'f')).blocks).toEqual(['ab\n', 'cd\n', 'e\n', 'f\n']);
  expect(cut(texts('a\nb\nc\n')).blocks).toEqual(['a\nb\nc\n']);
  expect(cut(texts('', '\n', '\n\n')).blocks).toEqual(['\n', '\n\n']);
});

test('a line over the limit comes in numbered pieces, the last of which is marked', () => {
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

test('no UTF-8 character is cut', () => {
  const { pieces } = cut(texts('aé€😀é\n'), 4);
  expect(pieces.map(([bytes]) => Buffer.from(bytes, 'latin1').toString())).toEqual(['aé', '€', '😀', 'é']);
});

test('the chunks of a line written byte by byte are joined', () => {
  const concat = vi.spyOn(Buffer, 'concat');
  onTestFinished(() => concat.mockRestore());
  const text = 'x'.repeat(10_000);
  expect(cut(texts(...Array.from(text), '\n'), 100_000).blocks).toEqual([`${text}\n`]);
  expect(Math.max(...concat.mock.calls.map(([chunks]) => chunks.length))).toBeLessThan(1_100);
});

/** Short lines and long ones, any bytes, newlines often. */
const bytes = fc.array(fc.oneof(fc.constant(0x0a), fc.integer({ min: 0, max: 255 })), { maxLength: 80 });
const maxBytes = fc.integer({ min: 1, max: 30 });

test('for any bytes and any chunks nothing is lost, added or reordered, and nothing exceeds the limit', () => {
  fc.assert(
    fc.property(bytes, fc.array(fc.nat(80)), maxBytes, (all, cuts, maxLineBytes) => {
      const text = Buffer.from(all);
      const places = [0, ...cuts.map((at) => Math.min(at, text.length)).toSorted((a, b) => a - b), text.length];
      const chunks = places.slice(1).map((to, index) => text.subarray(places[index], to));
      let received = '';
      const check = cutAtNewlines(maxLineBytes, {
        lines: (block) => {
          received += block.toString('latin1');
          expect(block.at(-1)).toBe(0x0a);
          for (const line of block.toString('latin1').split('\n'))
            expect(line.length).toBeLessThanOrEqual(maxLineBytes);
        },
        piece: (piece, _, last) => {
          received += `${piece.toString('latin1')}${last ? '\n' : ''}`;
          expect(piece.length).toBeLessThanOrEqual(maxLineBytes);
        },
      });
      for (const chunk of chunks) check.push(chunk);
      check.end();
      const whole = text.toString('latin1');
      expect(received).toBe(whole === '' || whole.endsWith('\n') ? whole : `${whole}\n`);
    }),
    { numRuns: 1_000 },
  );
});

test('the pieces do not depend on chunk boundaries', () => {
  fc.assert(
    fc.property(bytes, fc.nat(80), maxBytes, (all, at, maxLineBytes) => {
      const text = Buffer.from(all);
      const together = cut([text], maxLineBytes);
      const apart = cut([text.subarray(0, at), text.subarray(at)], maxLineBytes);
      expect(apart.pieces).toEqual(together.pieces);
      expect(apart.blocks.join('')).toBe(together.blocks.join(''));
    }),
  );
});
