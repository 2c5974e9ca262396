import { inspect } from 'node:util';
import { pictureSvg, readPicture } from '../drawing.js';
import { ConfigError } from '../index.js';

export interface SvgOptions {
  /** Whether the decisions of the master stand below the rows. Default: true. */
  readonly decisions?: boolean | undefined;
}

/**
 * A text diagram as an SVG document: title, rows, decisions, and a legend of the signs that occur. It follows the colour scheme of its reader, can be read on a phone, and has all of it as text for a screen reader.
 * The same text is always the same document. Throws an `Error` with the line of what is no diagram; whether a cluster would do that is not checked.
 *
 * @example
 * writeFileSync('roll.svg', toSvg(readFileSync('marbles/roll.txt', 'utf8')));
 */
export const toSvg = (text: string, { decisions = true }: SvgOptions = {}): string => {
  if (typeof text !== 'string') throw new ConfigError('toSvg', `expected the text of a diagram, got ${inspect(text)}`);
  const { title, description, picture } = readPicture(text);
  // A screen reader would say each backtick.
  const plain = description.replaceAll('`', '');
  return pictureSvg({ title, description: plain, pictures: [decisions ? picture : { ...picture, decisions: [] }] });
};
