import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { uncovered } from './coverage.js';
import { isDocumented } from './document.js';
import { mutated, testOf, withEachTest } from './source.js';
import { hasTitle } from './titles.js';

/** What is wrong with the list, one sentence each. Nothing is run. */
export const check = (root, mutations) => {
  const problems = mutations.flatMap(withEachTest).flatMap((mutation) => {
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
  });
  if (problems.length > 0) return problems;
  return [
    ...uncovered(root, mutations),
    ...(isDocumented(root, mutations)
      ? []
      : ['docs/testing.md: expected the tables of the mutations, found others. Run npm run mutate -- --document']),
  ];
};
