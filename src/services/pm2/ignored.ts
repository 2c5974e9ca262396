import { resolve, sep } from 'node:path';
import { listOf } from '../values.js';

/** Characters of a glob or of a regular expression. */
const pattern = /[*?[\](){}^$|\\+]/;

/** What `ignore_watch` names, and what it has that is a pattern. */
export const ignoredOf = (
  given: unknown,
  cwd: string,
): { readonly ignore: readonly string[]; readonly patterns: number } => {
  const names = listOf(given).flatMap((entry) =>
    typeof entry === 'string'
      ? [
          entry
            .replace(/^\*\*\//, '')
            .replace(/(\/\*\*?)+$/, '')
            .replace(/\/$/, ''),
        ]
      : [],
  );
  const plain = names.filter((name) => name !== '' && !pattern.test(name));
  return {
    ignore: plain.map((name) => (name.includes(sep) ? resolve(cwd, name) : name)),
    patterns: listOf(given).length - plain.length,
  };
};
