import leven from 'leven';

/** How to fix a name that does not exist: the one that was probably meant, or all that there are. */
export const suggestion = (name: string, known: readonly string[], prefix = ''): string => {
  const [near = ''] = known.toSorted((one, other) => leven(one, name) - leven(other, name));
  const isNear = near !== '' && leven(near.toLowerCase(), name.toLowerCase()) <= Math.max(2, name.length / 3);
  if (isNear) return `Did you mean ${prefix}${near}?`;
  return known.length === 0 ? 'There are none' : `There are ${known.join(', ')}`;
};
