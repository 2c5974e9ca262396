// Draws the texts of marbles/ as SVG in docs/diagrams, and writes the page that shows all of them, docs/diagrams.md: npm run marbles
import { mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { toSvg } from '../dist/marbles.js';
import { gallery } from './marbles/gallery.js';

const root = new URL('../', import.meta.url);
const texts = readdirSync(new URL('marbles/', root))
  .filter((name) => name.endsWith('.txt'))
  .map((name) => ({
    name: name.slice(0, -'.txt'.length),
    text: readFileSync(new URL(`marbles/${name}`, root), 'utf8'),
  }));

const files = gallery(texts, toSvg);
rmSync(new URL('docs/diagrams', root), { recursive: true, force: true });
mkdirSync(new URL('docs/diagrams', root));
for (const [path, content] of files) writeFileSync(new URL(path, root), content);
console.log(`${texts.length} diagrams in docs/diagrams, all of them on docs/diagrams.md`);
