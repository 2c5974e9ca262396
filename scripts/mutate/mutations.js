import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('./mutations/', import.meta.url);

/**
 * Decisions of the source, and how each is inverted: in `file`, `search` is replaced by `replace`, and then the test `red` of the file `test` must fail.
 * `search` occurs in the file exactly once. Without `red` any test of the file may fail: the titles of the simulation have its seed.
 * `also`: a second test that must fail, in the same form: mostly a diagram or the simulation beside a unit test.
 */
export const mutations = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .toSorted()
  .flatMap((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')));
