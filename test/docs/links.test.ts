import { existsSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { expect, test } from 'vitest';
import { anchorsOf, pages, root, textOf } from './pages.js';

const linksOf = (page: string): readonly string[] =>
  Array.from(textOf(page).matchAll(/\]\(([^)\s]+)\)/g), ([, to = '']) => to).filter((to) => !/^https?:/.test(to));

test.for(pages)('every link of %s leads to a file, and to a heading of it', (page) => {
  const broken = linksOf(page).filter((to) => {
    const [path = '', anchor] = to.split('#');
    const file = path === '' ? page : normalize(join(dirname(page), path));
    if (!existsSync(join(root, file))) return true;
    return anchor !== undefined && !anchorsOf(file).includes(anchor);
  });
  expect(broken).toEqual([]);
});

test.for(pages.filter((page) => page !== 'README.md'))('%s can be reached from the README', (page) => {
  const reached = new Set(['README.md']);
  for (const from of reached) {
    for (const to of linksOf(from)) {
      const file = normalize(join(dirname(from), to.split('#')[0] ?? ''));
      if (pages.includes(file)) reached.add(file);
    }
  }
  expect([...reached]).toContain(page);
});

test('the README has at most 180 lines', () => {
  expect(textOf('README.md').trimEnd().split('\n').length).toBeLessThanOrEqual(180);
});
