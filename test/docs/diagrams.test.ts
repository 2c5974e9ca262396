import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { gallery } from '../../scripts/marbles/gallery.js';
import { toSvg } from '../../src/marbles.js';
import { root } from './pages.js';

const texts = readdirSync(join(root, 'marbles'))
  .filter((name) => name.endsWith('.txt'))
  .map((name) => ({ name: name.slice(0, -'.txt'.length), text: readFileSync(join(root, 'marbles', name), 'utf8') }));
const files = gallery(texts, toSvg);

test.for([...files])('%s is what the texts of marbles/ say', ([path, content]) => {
  const written = existsSync(join(root, path)) ? readFileSync(join(root, path), 'utf8') : 'nothing';
  expect(written === content, `${path} differs from its text in marbles/. Run: npm run marbles`).toBe(true);
});

test('no picture is left of a text that is gone', () => {
  const pictures = readdirSync(join(root, 'docs/diagrams')).map((name) => `docs/diagrams/${name}`);
  expect(pictures.filter((path) => !files.has(path))).toEqual([]);
});

test('a text that is no diagram is named, with its line', () => {
  expect(() => gallery([{ name: 'wrong', text: 'no title' }], toSvg)).toThrow(
    "marbles/wrong.txt: line 1: expected '# ' and a title, got no title",
  );
});
