import { isText, listOf } from '../values.js';

/** A command line as words; quotes keep a word together. */
export const wordsOf = (given: unknown): readonly string[] =>
  listOf(given).flatMap((part) =>
    isText(part) && !Array.isArray(given)
      ? Array.from(part.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g), ([word]) =>
          word.replaceAll(/"([^"]*)"|'([^']*)'/g, '$1$2'),
        )
      : [String(part)],
  );
