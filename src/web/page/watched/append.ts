/** The list with further items at its end, and without its oldest ones where it would be longer than `max`. */
export const append = <T>(list: readonly T[], items: readonly T[], max: number): readonly T[] => {
  if (items.length === 0) return list;
  if (items.length >= max) return items.slice(-max);
  return [...list.slice(Math.max(0, list.length + items.length - max)), ...items];
};
