import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { table } from './table.js';

const [begin, end] = [
  '<!-- Written by npm run mutate -- --document -->\n\n',
  '\n\n<!-- The end of what is written -->',
];

const pathOf = (root) => join(root, 'docs/testing.md');

/** The table that docs/testing.md has. */
export const documented = (root) => readFileSync(pathOf(root), 'utf8').split(begin)[1]?.split(end)[0];

/** Writes the table into docs/testing.md. */
export const document = (root, mutations) => {
  const text = readFileSync(pathOf(root), 'utf8');
  writeFileSync(
    pathOf(root),
    text.replace(`${begin}${documented(root)}${end}`, () => `${begin}${table(mutations)}${end}`),
  );
};
