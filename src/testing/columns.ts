/** How many ms a column is, so that there are no more columns than that: 1, 2 or 5, or ten times that, and so on. */
export const columnFor = (duration: number, maxColumns: number): number => {
  const least = (duration + 1) / maxColumns;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return [1, 2, 5].map((step) => step * power).find((column) => column >= least) ?? 10 * power;
};
