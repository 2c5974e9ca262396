import { glyphsOf } from '../../src/terminal/screen/glyphs.js';
import type { Frame, Size } from '../../src/terminal/screen/frame.js';

interface Shown {
  readonly text: string;
  readonly style: string;
}

/** A column. */
const nowhere = Infinity;

/** A small terminal: it knows what `difference` writes, and throws at anything else. */
export const emulator = ({ columns, rows }: Size) => {
  const blank = { text: ' ', style: '' };
  let screen: Shown[][] = Array.from({ length: rows }, () => Array.from({ length: columns }, () => blank));
  let written: string[] = [];
  let row = 0;
  let column = 0;
  let style = '';

  const place = (text: string, width: 1 | 2): void => {
    const line = screen[row];
    if (line === undefined || column + width > columns)
      throw new Error(`${JSON.stringify(text)} does not fit at ${row}, ${column}`);
    for (let at = column; at < column + width; at += 1) {
      // Half of a wide character is no character.
      if (line[at]?.text === '' && at === column) line[at - 1] = { text: ' ', style: line[at - 1]?.style ?? '' };
      const next = line[at + 1];
      if (next?.text === '' && at === column + width - 1) line[at + 1] = { text: ' ', style: next.style };
      line[at] = { text: at === column ? text : '', style };
      written.push(`${row},${at}`);
    }
    // Behind the last column terminals have the cursor in different places.
    column = column + width === columns ? nowhere : column + width;
  };

  const control = (sequence: string): void => {
    // oxlint-disable-next-line no-control-regex
    const [, parameters = '', final = ''] = /^\u001B\[([\d;?]*)([A-Za-z])$/.exec(sequence) ?? [];
    const [first = 1, second = 1] = parameters.split(';').map((each) => (each === '' ? 1 : Number(each)));
    if (column === nowhere && (final === 'C' || final === 'K')) throw new Error('the cursor may be anywhere');
    if (final === 'H') [row, column] = [first - 1, second - 1];
    else if (final === 'C') column += first;
    else if (final === 'm') style = parameters.replace(/^0;?/, '');
    else if (final === 'J' && parameters === '2')
      screen = screen.map((line) => line.map(() => ({ text: ' ', style: '' })));
    else if (final === 'K' && parameters === '') {
      for (let at = column; at < columns; at += 1) screen[row]?.splice(at, 1, { text: ' ', style: '' });
      if (style !== '') throw new Error('erased in a style');
    } else throw new Error(`unknown sequence ${JSON.stringify(sequence)}`);
  };

  return {
    write: (text: string): void => {
      // oxlint-disable-next-line no-control-regex
      for (const [part] of text.matchAll(/\u001B\[[\d;?]*[A-Za-z]|\r\n|[^\u001B\r\n]+|[^]/g)) {
        if (part === '\r\n' && column === nowhere) throw new Error('the cursor may be anywhere');
        if (part === '\r\n') [row, column] = [row + 1, 0];
        else if (part.startsWith('\u001B')) control(part);
        else for (const { text: glyph, width } of glyphsOf(part)) place(glyph, width);
      }
    },
    /** The cells that characters have been written to since the last call. */
    takeWritten: (): readonly string[] => {
      const before = written;
      written = [];
      return before;
    },
    style: () => style,
    screen: (): readonly (readonly Shown[])[] => screen,
  };
};

/** A frame as the emulator has it. */
export const shownFrame = (frame: Frame, codes: (style: string) => string): readonly (readonly Shown[])[] =>
  frame.map((line) => line.map(({ text, style }) => ({ text, style: codes(style) })));
