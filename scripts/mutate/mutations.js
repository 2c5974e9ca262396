import { readdirSync, readFileSync } from 'node:fs';

const folder = new URL('./mutations/', import.meta.url);

/**
 * Decisions of the source, and how each is inverted: in `file`, `search` is replaced by `replace`, and then the test `red` of the file `test` must fail.
 * `search` occurs in the file exactly once.
 */
export const mutations = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .toSorted()
  .flatMap((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')));
