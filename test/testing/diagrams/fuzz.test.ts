import { readdirSync, readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { checkDiagramText } from '../../../src/testing/diagrams/checkDiagram.js';
import { DiagramError } from '../../../src/testing/diagrams/diagramError.js';

const folder = new URL('../../../marbles/', import.meta.url);
const texts = readdirSync(folder)
  .filter((name) => name.endsWith('.txt'))
  .map((name) => readFileSync(new URL(name, folder), 'utf8'));

/** What people type wrongly, and what nobody types. */
const insertion = fc.oneof(
  fc.constantFrom(
    ...Array.from('fomMragtqk|x-! 0159{}"[],:%\n\t\r\0'),
    'worker',
    'options\n',
    'decisions\n',
    '  column 1000\n',
  ),
  fc.constantFrom('worker 2, slot 2  fox\n', 'worker 1 loops    -!\n', '__proto__', 'Infinity', '-'.repeat(100)),
  fc.string({ maxLength: 5 }),
);

/** A piece of the text is replaced, anywhere with the same chance: doubles of fast-check are mostly almost 0. */
const edit = fc.record({
  at: fc.noBias(fc.nat(9_999)).map((place) => place / 10_000),
  removed: fc.nat(30),
  inserted: insertion,
});

const mutated = fc
  .tuple(fc.constantFrom(...texts), fc.array(edit, { minLength: 1, maxLength: 4 }))
  .map(([text, edits]) =>
    edits.reduce((changed, { at, removed, inserted }) => {
      const place = Math.floor(at * changed.length);
      return changed.slice(0, place) + inserted + changed.slice(place + removed);
    }, text),
  );

/** How the check of a text ends. Throws for any other end. */
const check = (text: string): 'passes' | 'fails' => {
  try {
    checkDiagramText(text);
    return 'passes';
  } catch (thrown) {
    if (!(thrown instanceof DiagramError)) throw thrown;
    const lines = text.split('\n');
    expect(thrown.line).toBeGreaterThan(0);
    expect(thrown.line).toBeLessThanOrEqual(lines.length);
    expect(thrown.column).toBeGreaterThan(0);
    expect(thrown.column).toBeLessThanOrEqual(Math.max(200, (lines[thrown.line - 1] ?? '').length + 2));
    return 'fails';
  }
};

test('a changed diagram passes or fails with a place in it, and its check ends', () => {
  const ends = new Set<string>();
  fc.assert(
    fc.property(mutated, (text) => {
      ends.add(check(text));
    }),
    { numRuns: 300 },
  );
  expect(ends).toEqual(new Set(['passes', 'fails']));
});

test('any text fails with a place in it', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.string()), (text) => {
      expect(check(text)).toBe('fails');
    }),
    { numRuns: 200 },
  );
});
