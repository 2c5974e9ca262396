import leven from 'leven';

/** The known word that `word` is probably a misspelling of; `undefined` if none is close. */
export const nearest = (word: string, known: readonly string[]): string | undefined => {
  const [near = ''] = known.toSorted((one, other) => leven(one, word) - leven(other, word));
  return leven(near.toLowerCase(), word.toLowerCase()) <= Math.max(2, word.length / 3) ? near : undefined;
};
