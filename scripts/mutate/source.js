import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The path of the source file of a mutation, from the root of the repository. */
export const sourceOf = ({ file }) => join('src', `${file}.ts`);

/** The path of the test file that must fail. */
export const testOf = ({ test }) => join('test', `${test}.test.ts`);

/** The mutation with each of the tests that must fail. */
export const withEachTest = ({ also, ...mutation }) =>
  also === undefined ? [mutation] : [mutation, { ...mutation, red: undefined, ...also }];

/** The source with the mutation. Throws if the searched text does not occur exactly once. */
export const mutated = (root, mutation) => {
  const source = readFileSync(join(root, sourceOf(mutation)), 'utf8');
  const parts = source.split(mutation.search);
  if (parts.length !== 2) {
    throw new Error(
      `${sourceOf(mutation)}: expected '${mutation.search}' once, found it ${parts.length - 1} times. ` +
        'The source has changed: correct the entry in scripts/mutate/mutations.',
    );
  }
  return parts.join(mutation.replace);
};
