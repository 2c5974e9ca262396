import { glyphsOf, isNarrow } from './glyphs.js';
import type { Style } from './style.js';

/** One column of a line. The text is empty in the right half of a character that takes two. */
export interface Cell {
  readonly text: string;
  readonly style: Style;
}

export type Line = readonly Cell[];
/** Whole lines, all of the same width. */
export type Frame = readonly Line[];

/** Text in a style. */
export interface Span {
  readonly text: string;
  readonly style: Style;
}

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

export const blank: Cell = { text: ' ', style: '' };

export const span = (text: string, style: Style = ''): Span => ({ text, style });

/** The spans as a line of this width: cut, or filled with blanks. Of a character that does not fit nothing is shown. */
export const lineOf = (spans: readonly Span[], width: number): Line => {
  const cells: Cell[] = [];
  for (const { text, style } of spans) {
    if (isNarrow(text)) {
      // Most of a screen: glyphs need not be found where each character is one.
      for (let at = 0; at < text.length && cells.length < width; at += 1) cells.push({ text: text.charAt(at), style });
      continue;
    }
    for (const glyph of glyphsOf(text)) {
      if (cells.length + glyph.width > width) return filled(cells, width);
      cells.push({ text: glyph.text, style });
      if (glyph.width === 2) cells.push({ text: '', style });
    }
  }
  return filled(cells, width);
};

const filled = (cells: Cell[], width: number): Line => {
  while (cells.length < width) cells.push(blank);
  return cells;
};

/** The lines as a frame of this size: those that are too many are cut, and missing ones are blank. */
export const frameOf = (lines: readonly (readonly Span[])[], { columns, rows }: Size): Frame =>
  Array.from({ length: rows }, (_, row) => lineOf(lines[row] ?? [], columns));

/** A frame as text, without styles. */
export const frameText = (frame: Frame): string =>
  frame
    .map((line) =>
      line
        .map(({ text }) => text)
        .join('')
        .trimEnd(),
    )
    .join('\n');
