import leven from 'leven';

/** The known word that `word` is probably a misspelling of. */
export const suggest = (word: string, known: readonly string[]): string | undefined => {
  const typed = word.toLowerCase();
  const [near] = known
    .map((name) => ({ name, distance: distanceOf(name.toLowerCase(), typed) }))
    .toSorted((one, other) => one.distance - other.distance);
  return near !== undefined && near.distance <= (word.length < 4 ? 1 : Math.max(2, word.length / 3))
    ? near.name
    : undefined;
};

const distanceOf = (name: string, typed: string): number => {
  if (name.startsWith(typed)) return 0;
  // Letters that have changed places are one mistake.
  return lettersOf(name) === lettersOf(typed) ? 1 : leven(name, typed);
};

const lettersOf = (word: string): string => word.split('').toSorted().join('');

/** `. Did you mean …?`, or nothing. */
export const didYouMean = (word: string, known: readonly string[], prefix = ''): string => {
  const near = suggest(word, known);
  return near === undefined ? '' : `. Did you mean ${prefix}${near}?`;
};
