import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { coverageTable } from './coverage.js';
import { table } from './table.js';

/** What docs/testing.md has of the mutations, and by which comment each table begins. */
const sections = [
  { begin: '<!-- Written by npm run mutate -- --document -->', content: (_, mutations) => table(mutations) },
  { begin: '<!-- Also printed by npm run mutate -- --rules -->', content: coverageTable },
];
const end = '\n\n<!-- The end of what is written -->';

const pathOf = (root) => join(root, 'docs/testing.md');

/** Whether docs/testing.md has the tables as they are now. */
export const isDocumented = (root, mutations) => {
  const text = readFileSync(pathOf(root), 'utf8');
  return sections.every(({ begin, content }) => text.includes(`${begin}\n\n${content(root, mutations)}${end}`));
};

/** Writes the tables into docs/testing.md. */
export const document = (root, mutations) => {
  const written = sections.reduce(
    (text, { begin, content }) => {
      const [before, after] = text.split(`${begin}\n\n`);
      return `${before}${begin}\n\n${content(root, mutations)}${after.slice(after.indexOf(end))}`;
    },
    readFileSync(pathOf(root), 'utf8'),
  );
  writeFileSync(pathOf(root), written);
};
