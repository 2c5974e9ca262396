import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { documented } from './document.js';
import { mutated, testOf } from './source.js';
import { table } from './table.js';
import { hasTitle } from './titles.js';

/** What is wrong with the list, one sentence each. Nothing is run. */
export const check = (root, mutations) => [
  ...mutations.flatMap((mutation) => {
    try {
      mutated(root, mutation);
      if (!existsSync(join(root, testOf(mutation)))) return [`${testOf(mutation)}: expected a test file, found none.`];
      return mutation.red === undefined || hasTitle(root, mutation)
        ? []
        : [
            `${testOf(mutation)}: expected the test '${mutation.red}', found none. Correct the entry of ${mutation.file}.`,
          ];
    } catch (error) {
      return [error.message];
    }
  }),
  ...(documented(root) === table(mutations)
    ? []
    : ['docs/testing.md: expected the table of the mutations, found another one. Run npm run mutate -- --document']),
];
