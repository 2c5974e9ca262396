/** What a terminal would act on: escape sequences and other control characters, and marks that change the direction of text. */
const control = /[\p{Cc}\u{061C}\u{200E}\u{200F}\u{202A}-\u{202E}\u{2066}-\u{2069}]/gu;

/** Shows what would control a terminal as an escape, such as `\x1b`. The text is on one line then. */
export const harmless = (text: string): string => text.replaceAll(control, shown);

/** The same for text of several lines: newlines and tabs stay. */
export const harmlessLines = (text: string): string =>
  text.replaceAll(control, (found) => (found === '\n' || found === '\t' ? found : shown(found)));

const shown = (found: string): string => {
  const code = found.codePointAt(0) ?? 0;
  if (found === '\n') return String.raw`\n`;
  if (found === '\t') return String.raw`\t`;
  return code > 0xff
    ? String.raw`\u${code.toString(16).padStart(4, '0')}`
    : String.raw`\x${code.toString(16).padStart(2, '0')}`;
};
