import { readFileSync } from 'node:fs';
import * as rxjs from 'rxjs';
import { expect, test } from 'vitest';
import * as development from '../src/development.js';
import * as face from '../src/index.js';
import * as testing from '../src/testing.js';
import * as worker from '../src/worker.js';

const readme = readFileSync(new URL('../README.md', import.meta.url), 'utf8');
const snippets = Array.from(readme.matchAll(/^```js\n([^]*?)^```/gm), ([, code = '']) =>
  code.replaceAll(/ ?\/\/ .*$/gm, ''),
);
const known = new Set([rxjs, face, development, testing, worker].flatMap((module) => Object.keys(module)));

/** Functions that are called and streams that are named, without those of an object. */
const used = (code: string) =>
  new Set(Array.from(code.matchAll(/(?<![.\w$])([A-Za-z]\w*\$?)(?=\(|(?<=\$))/g), ([, name = '']) => name));
const bound = (code: string) => {
  const lists = code.matchAll(/(?:import|const) \{([^}]*)\}/g);
  const single = code.matchAll(/const (\w+\$?)/g);
  return new Set([
    ...Array.from(lists, ([, names = '']) => names.split(',').map((name) => name.trim())).flat(),
    ...Array.from(single, ([, name = '']) => name),
  ]);
};

test.each(snippets)('snippet %# of the README imports what it uses', (code) => {
  const names = bound(code);
  expect([...used(code)].filter((name) => known.has(name) && !names.has(name))).toEqual([]);
});

test.each(snippets.filter((code) => /\bcluster\$\(/.test(code)))(
  'a cluster in a snippet of the README is subscribed: %s',
  (code) => {
    expect(code).toContain('.subscribe(');
  },
);

test('no snippet of the README leaves something out', () => {
  expect(snippets.length).toBeGreaterThan(10);
  expect(snippets.join('').includes('…')).toBe(false);
});
