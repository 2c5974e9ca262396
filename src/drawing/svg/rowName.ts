import { wrapText } from '../wrapText.js';
import { element, escapeText } from './element.js';
import { left } from './page.js';

/** As many characters as there are left of the columns. */
const characters = 9;
const smallCharacters = 11;
const lineHeight = 13;

/** The name of a row in lines: of a worker its number, and below it where it is. */
export const nameLines = (name: string): readonly string[] => {
  const [, cluster, worker, slot = ''] = /^(?:(.+): )?(worker \d+), slot (\d+)$/.exec(name) ?? [];
  if (worker === undefined) return wrapText(name, characters);
  const place = `slot\u00A0${slot}`;
  return [worker, ...wrapText(cluster === undefined ? place : `${cluster}, ${place}`, smallCharacters)];
};

/** The name of a row whose middle is at `y`. */
export const nameText = (name: string, y: number): readonly string[] => {
  const [first = '', ...others] = nameLines(name);
  const top = y + 4.5 - (others.length * lineHeight) / 2;
  return [
    element('text', { x: left, y: top, class: first.length > characters ? 'name long' : 'name' }, escapeText(first)),
    ...others.map((line, index) =>
      element('text', { x: left, y: top + lineHeight * (index + 1), class: 'slot' }, escapeText(line)),
    ),
  ];
};
