import type { GlyphSet } from './glyphSet.js';

interface Timed {
  readonly time: number;
}

/** Samples come about each second. So long one stands for those that are missing, in ms. */
const longestGapMs = 2_500;

/** One value for each of the last `width` seconds, the oldest first. `undefined` where there is none. */
export const secondsOf = <T extends Timed>(
  points: readonly T[],
  width: number,
  now: number,
  valueOf: (point: T) => number | undefined,
): readonly (number | undefined)[] => {
  let at = points.length - 1;
  const values: (number | undefined)[] = [];
  for (let end = now; values.length < width; end -= 1_000) {
    while (at >= 0 && (points[at]?.time ?? 0) > end) at -= 1;
    const point = points[at];
    values.push(point !== undefined && end - point.time < longestGapMs ? valueOf(point) : undefined);
  }
  return values.toReversed();
};

/** A value as one character of a line: those up to 0 as the lowest, `top` and more as the highest. What is not known is blank. */
export const sparkline = (values: readonly (number | undefined)[], top: number, { bars }: GlyphSet): string => {
  const levels = Array.from(bars);
  return values
    .map((value) => {
      if (value === undefined) return ' ';
      const level = Math.floor((top <= 0 ? 0 : value / top) * levels.length);
      return levels[Math.max(0, Math.min(levels.length - 1, level))] ?? ' ';
    })
    .join('');
};

/** The highest value of a line: at least `least`, so that noise does not look like load. */
export const topOf = (values: readonly (number | undefined)[], least: number): number =>
  values.reduce<number>((top, value) => Math.max(top, value ?? 0), least);
