import leven from 'leven';

/** More are a list, and no help. */
const maxSuggested = 3;

/** A shorter word begins many others by chance. */
const minWhole = 3;

/** The known words that `word` is probably a misspelling of: those that are equally near. */
export const suggest = (word: string, known: readonly string[]): readonly string[] => {
  if (word === '') return [];
  const typed = word.toLowerCase();
  const measured = known.map((name) => ({ name, distance: distanceOf(name.toLowerCase(), typed) }));
  const least = Math.min(...measured.map(({ distance }) => distance));
  if (least > (word.length < 4 ? 1 : Math.max(2, word.length / 3))) return [];
  return measured
    .filter(({ distance }) => distance === least)
    .slice(0, maxSuggested)
    .map(({ name }) => name);
};

const distanceOf = (name: string, typed: string): number => {
  if (name.startsWith(typed) || (name.length >= minWhole && typed.startsWith(name))) return 0;
  // Letters that have changed places are one mistake.
  return lettersOf(name) === lettersOf(typed) ? 1 : leven(name, typed);
};

const lettersOf = (word: string): string => word.split('').toSorted().join('');

/** `. Did you mean …?`, or nothing. */
export const didYouMean = (word: string, known: readonly string[], prefix = ''): string => {
  const near = suggest(word, known).map((name) => `${prefix}${name}`);
  const last = near.pop();
  if (last === undefined) return '';
  return `. Did you mean ${near.length === 0 ? '' : `${near.join(', ')} or `}${last}?`;
};
