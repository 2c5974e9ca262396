import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { documented } from './document.js';
import { mutated, testOf } from './source.js';
import { table } from './table.js';

/** What is wrong with the list, one sentence each. Nothing is run. */
export const check = (root, mutations) => [
  ...mutations.flatMap((mutation) => {
    try {
      mutated(root, mutation);
      return existsSync(join(root, testOf(mutation))) ? [] : [`${testOf(mutation)}: expected a test file, found none.`];
    } catch (error) {
      return [error.message];
    }
  }),
  ...(documented(root) === table(mutations)
    ? []
    : ['docs/testing.md: expected the table of the mutations, found another one. Run npm run mutate -- --document']),
];
