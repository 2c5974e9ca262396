import { readdirSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const folder = new URL('../../marbles/', import.meta.url);
const names = readdirSync(folder).filter((name) => name.endsWith('.txt'));
const readme = readFileSync(new URL('README.md', folder), 'utf8');

test('the table of the README has each diagram once, and no other', () => {
  const [, table = ''] = readme.split('## What is promised, and where it is drawn');
  const listed = Array.from(table.matchAll(/\((\S+\.txt)\) \|$/gm), ([, name = '']) => name);
  expect(new Set(listed)).toEqual(new Set(names));
  expect(listed).toHaveLength(names.length);
});
