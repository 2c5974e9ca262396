import type { Picture } from '../picture.js';
import { meaningsIn } from '../signs.js';
import { element, escapeText } from './element.js';
import { type Block, left, stack } from './page.js';
import { radius, signShape } from './signShape.js';

const columnWidth = 170;
const lineHeight = 20;

/** The signs that occur in rows of workers and what they say, in two columns. */
export const legend = (pictures: readonly Picture[]): Block => {
  const entries = meaningsIn(pictures);
  const lines = Math.ceil(entries.length / 2);
  return stack(
    Array.from({ length: lines }, (_, line) => ({
      height: lineHeight,
      draw: (top: number) =>
        [entries[line], entries[line + lines]]
          .flatMap((each, column) => (each === undefined ? [] : entry(each, left + column * columnWidth, top + 10)))
          .join('\n'),
    })),
  );
};

const entry = ([sign, meaning]: readonly [string, string], x: number, y: number): readonly string[] => [
  signShape(sign, x + radius, y, meaning),
  element('text', { x: x + 2 * radius + 8, y: y + 4, class: 'meaning' }, escapeText(meaning)),
];
