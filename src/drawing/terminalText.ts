import type { Picture } from './picture.js';
import { rowText } from './pictureText.js';
import { meaningsIn, omittedText } from './signs.js';
import { rulerTimes, timeOf } from './times.js';
import { wrapText } from './wrapText.js';

/**
 * A picture for a terminal whose lines have `width` characters, `nameWidth` of them for the names of rows: a ruler with times, the rows, and the decisions with their times.
 *
 * ```
 * web               21:57:30  21:57:40
 * worker 1, slot 1  ----------t|
 * worker 2, slot 1          fra-----
 *
 * 21:57:40  slot 1 is served by worker 2 (slot 1, pid 4712) now
 * ```
 */
export const terminalText = (picture: Picture, width: number, nameWidth: number): string => {
  const { rows, decisions } = picture;
  const omitted = omittedText(picture);
  const times = decisions.map(({ at }) => (at === undefined ? '' : timeOf(picture, at)));
  const timeWidth = Math.max(0, ...times.map(({ length }) => length)) + 2;
  return [
    `${shorten(picture.name ?? '', nameWidth - 2).padEnd(nameWidth)}${ruler(picture, width - nameWidth)}`.trimEnd(),
    ...rows.map((row) => rowText(row, nameWidth)),
    ...(omitted === undefined ? [] : [omitted]),
    ...(decisions.length === 0 ? [] : ['']),
    ...decisions.flatMap(({ sentence }, index) => {
      const time = times[index] === times[index - 1] ? '' : (times[index] ?? '');
      return wrapText(sentence, width - timeWidth).map(
        (line, lineIndex) => `${(lineIndex === 0 ? time : '').padEnd(timeWidth)}${line}`,
      );
    }),
  ].join('\n');
};

/** The characters that the names of rows need, with two spaces behind them. */
export const nameWidthOf = (names: readonly string[]): number =>
  Math.max(leastNameWidth, ...names.map(({ length }) => length + 2));

const leastNameWidth = 12;

const nonBreaking = '\u00A0';

const shorten = (text: string, width: number): string => (text.length <= width ? text : `${text.slice(0, width - 1)}…`);

/** A time at each tenth column, where it has room. */
const ruler = (picture: Picture, room: number): string => {
  const { at } = rulerTimes(picture);
  let text = '';
  for (let column = 0; column < picture.width; column += 10) {
    const time = at(column);
    if (column >= text.length && column + time.length <= room) text = `${text.padEnd(column)}${time} `;
  }
  return text.trimEnd();
};

/** The signs that occur in pictures and what they say, for below them. */
export const legendText = (pictures: readonly Picture[], width: number): string =>
  wrapText(
    meaningsIn(pictures)
      // A meaning is not broken.
      .map(([sign, meaning]) => `${sign} ${meaning}`.replaceAll(' ', nonBreaking))
      .join(`${nonBreaking}· `),
    width,
  )
    .join('\n')
    .replaceAll(nonBreaking, ' ');
