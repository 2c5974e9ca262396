/** A character as a terminal shows it, with its combining marks. */
export interface Glyph {
  readonly text: string;
  /** The columns that it takes. */
  readonly width: 1 | 2;
}

const segmenter = new Intl.Segmenter('en', { granularity: 'grapheme' });
/** ASCII, Latin letters, lines and blocks: a column for each character, and no marks. Most text is nothing else. */
const narrow = /^[ -~\u00C0-\u024F\u2500-\u25FB]*$/;
/** A mark without a character before it. */
const isMark = /^\p{M}/u;
const isEmoji = /^(?:\p{Emoji_Presentation}|\p{Regional_Indicator}|\p{Extended_Pictographic}\uFE0F)/u;

/** The characters of East Asian writing that take two columns: Unicode's East_Asian_Width W and F. */
const wide: readonly (readonly [from: number, to: number])[] = [
  [0x1100, 0x115f],
  [0x2329, 0x232a],
  [0x2e80, 0x303e],
  [0x3041, 0x4dbf],
  [0x4e00, 0xa4cf],
  [0xa960, 0xa97f],
  [0xac00, 0xd7a3],
  [0xf900, 0xfaff],
  [0xfe10, 0xfe19],
  [0xfe30, 0xfe6f],
  [0xff01, 0xff60],
  [0xffe0, 0xffe6],
  [0x16fe0, 0x18cff],
  [0x1aff0, 0x1b2ff],
  [0x1f200, 0x1f265],
  [0x20000, 0x3fffd],
];

/** A character with more marks is cut: no writing needs more, and a worker may write a thousand. */
const maxCharacters = 8;

/** Whether each character of a text is a glyph of one column. */
export const isNarrow = (text: string): boolean => narrow.test(text);

/** The glyphs of a text without control characters, as of `plainText`. */
export const glyphsOf = (text: string): readonly Glyph[] =>
  isNarrow(text)
    ? Array.from(text, (character): Glyph => ({ text: character, width: 1 }))
    : Array.from(segmenter.segment(text)).flatMap(({ segment }) => glyphOf(segment));

const glyphOf = (segment: string): readonly Glyph[] => {
  if (isMark.test(segment)) return [];
  const text = segment.length > maxCharacters ? Array.from(segment).slice(0, maxCharacters).join('') : segment;
  return [{ text, width: isWide(text) ? 2 : 1 }];
};

const isWide = (text: string): boolean => {
  const code = text.codePointAt(0) ?? 0;
  return isEmoji.test(text) || wide.some(([from, to]) => code >= from && code <= to);
};

/** The columns that a text takes. */
export const widthOf = (text: string): number =>
  isNarrow(text) ? text.length : glyphsOf(text).reduce((sum, { width }) => sum + width, 0);
