import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { testOf } from './source.js';

const literal = /'((?:[^'\\\n]|\\.)*)'|"((?:[^"\\\n]|\\.)*)"|`((?:[^`\\]|\\.)*)`/g;
/** What is filled in when the tests run: `${…}`, and `%s` or `$name` in a table. */
const filledIn = /\$\{[^}]*\}|%[#dfijos]|\$[\w.]+/;

/** Whether a test can have this title, by the texts in its file and in the helpers that this imports: a text, or several of them with spaces between. Runs nothing. */
export const hasTitle = (root, mutation) => titlesOf(join(root, testOf(mutation))).test(mutation.red);

const known = new Map();

const titlesOf = (path) => {
  const titles = known.get(path) ?? new RegExp(`^(?:${parts(path)})(?: (?:${parts(path)}))*$`);
  known.set(path, titles);
  return titles;
};

const parts = (path) =>
  [...new Set([path, ...helpersOf(path)].flatMap(textsOf))]
    .map((text) => text.split(filledIn))
    // A text of which little is fixed would be like any title.
    .filter((fixed) => fixed.join('').length > (fixed.length > 1 ? 2 : 0))
    .map((fixed) => fixed.map(escaped).join('.*'))
    .join('|');

const textsOf = (path) =>
  [...readFileSync(path, 'utf8').matchAll(literal)].map(([, single, double, template]) =>
    (single ?? double ?? template).replaceAll(/\\(.)/g, '$1'),
  );

/** The files of `test` that a test imports. */
const helpersOf = (path) =>
  [...readFileSync(path, 'utf8').matchAll(/from '(\.[^']+)\.js'/g)]
    .map(([, name]) => join(dirname(path), `${name}.ts`))
    .filter((file) => existsSync(file) && !file.includes('/src/'));

const escaped = (text) => text.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`);
