/** How often it is told that lines are dropped, in ms. */
const often = 5_000;

/** Counts the lines that are dropped. `told` hears of the first at once, of others now and then, and of the last when `tell` is called. */
export const droppedLines = (
  told: (lines: number, total: number) => void,
): { readonly add: (lines: number) => void; readonly tell: () => void } => {
  let total = 0;
  let known = 0;
  let at = -Infinity;
  const tell = () => {
    const lines = total - known;
    if (lines === 0) return;
    known = total;
    at = performance.now();
    told(lines, total);
  };
  return {
    add: (lines) => {
      total += lines;
      if (performance.now() - at >= often) tell();
    },
    tell,
  };
};
