import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { root, snippetsOf, textOf } from './pages.js';

const page = 'docs/design.md';

test('the map of folders in docs/design.md is that of src', () => {
  const map = snippetsOf(page).find(({ code }) => code.startsWith('index.ts'))?.code ?? '';
  const drawn = Array.from(map.matchAll(/^(?:[\w/]+\/ ?)+/gm), ([names]) => names.trim().split(' ')).flat();
  const folders = ['', 'operators', 'streams', 'worker'].flatMap((inside) =>
    readdirSync(join(root, 'src', inside), { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => join(inside, name, '/')),
  );
  // Its two halves are named one by one.
  expect(drawn.toSorted()).toEqual(folders.filter((name) => name !== 'worker/').toSorted());
  const entries = readdirSync(join(root, 'src')).filter((name) => name.endsWith('.ts'));
  expect(Array.from(map.matchAll(/\w+\.ts/g), ([name]) => name).toSorted()).toEqual(entries.toSorted());
});

test('every file that docs/design.md names is there', () => {
  const named = Array.from(
    textOf(page).matchAll(/`((?:host|log|state|streams|operators|channel|features)\/[\w/]+)`/g),
    ([, name = '']) => name,
  );
  expect(named.filter((name) => !existsSync(join(root, 'src', `${name}.ts`)))).toEqual([]);
  expect(named.length).toBeGreaterThan(5);
});
