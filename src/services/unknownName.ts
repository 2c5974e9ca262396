import leven from 'leven';

/** The known name that was probably meant; `undefined` if none is close. */
export const nearest = (name: string, known: readonly string[]): string | undefined => {
  const [near = ''] = known.toSorted((one, other) => leven(one, name) - leven(other, name));
  return near !== '' && leven(near.toLowerCase(), name.toLowerCase()) <= Math.max(2, name.length / 3)
    ? near
    : undefined;
};

/** How to fix a name that does not exist: the one that was probably meant, or all that there are. */
export const suggestion = (name: string, known: readonly string[], prefix = ''): string => {
  const near = nearest(name, known);
  if (near !== undefined) return `Did you mean ${prefix}${near}?`;
  return known.length === 0 ? 'There are none' : `There are ${known.join(', ')}`;
};
