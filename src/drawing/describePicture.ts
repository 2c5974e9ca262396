import type { Picture, Row } from './picture.js';
import { meanings, omittedText } from './signs.js';
import { timeOf } from './times.js';

/** A picture in words: a line for each row, and the decisions. */
export const describePicture = (picture: Picture): string => {
  const omitted = omittedText(picture);
  return [
    ...(picture.name === undefined ? [] : [`${picture.name}:`]),
    ...picture.rows.map((row) => rowWords(picture, row)),
    ...(omitted === undefined ? [] : [`${omitted}.`]),
    ...picture.decisions.map(({ at, sentence }) =>
      at === undefined ? `${sentence}.` : `${timeOf(picture, at)}: ${sentence}.`,
    ),
  ].join('\n');
};

const rowWords = (picture: Picture, { kind, name, marks }: Row): string => {
  const times = marks.map(({ at, sign }) => {
    const time = timeOf(picture, at);
    if (kind === 'worker') return `${meanings[sign] ?? sign} at ${time}`;
    return kind === 'output' ? `${sign === '+' ? 'several' : `slot ${sign}`} at ${time}` : time;
  });
  return `${name}: ${times.length === 0 ? 'nothing happens' : times.join(', ')}.`;
};
