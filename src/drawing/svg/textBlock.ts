import { element, escapeText } from './element.js';
import { type Block, left, right, stack } from './page.js';
import { wrapText } from '../wrapText.js';

/** Bold text is wider. */
const boldWidth = 1.13;

/** A title or a heading of a class in as many lines as it needs. */
export const textBlock = (text: string, name: string, fontSize: number): Block =>
  stack(
    wrapText(text, charactersIn(right - left, fontSize * boldWidth)).map((line) => ({
      height: fontSize * 1.35,
      draw: (top) => element('text', { x: left, y: top + fontSize, class: name }, escapeText(line)),
    })),
  );

/** How many characters have room in a width. Fonts differ: this is right for wide ones. */
export const charactersIn = (width: number, fontSize: number): number => Math.floor(width / (fontSize * 0.53));
