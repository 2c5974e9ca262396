import { clockTime, type Picture, legendText, nameWidthOf, pictureSvg, terminalText } from '../drawing.js';
import type { CompleteOptions } from './options.js';

/** As many columns as an SVG stretches where it must. */
export const svgColumns = 600;

/** Pictures of clusters as one text or one document. `undefined` where there is none. */
export const draw = (
  pictures: readonly Picture[],
  { as, width }: Pick<CompleteOptions, 'as' | 'width'>,
): string | undefined => {
  const [first] = pictures;
  if (first === undefined) return undefined;
  if (as === 'text') {
    const nameWidth = nameWidthOf(pictures.flatMap(({ rows }) => rows.map(({ name }) => name)));
    return [...pictures.map((picture) => terminalText(picture, width, nameWidth)), legendText(pictures, width)]
      .filter((text) => text !== '')
      .join('\n\n');
  }
  const [from, to] = [0, first.width].map((at) => clockTime((first.begin ?? 0) + at * first.column));
  const names = pictures.map(({ name = '' }) => name).join(', ');
  // The title has the name of the only cluster.
  const { name: _, ...only } = first;
  return pictureSvg({ title: `${names}, ${from} to ${to}`, pictures: pictures.length === 1 ? [only] : pictures });
};
