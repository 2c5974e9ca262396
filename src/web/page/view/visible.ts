/** Characters that a terminal or a reader would act on are shown as escapes. The rest is text for the browser anyway. */
const control = /[\p{Cc}\u{061C}\u{200E}\u{200F}\u{202A}-\u{202E}\u{2066}-\u{2069}]/gu;

/** Text of others, with everything in it to be seen. */
export const visible = (text: string): string =>
  text.replaceAll(control, (found) =>
    found === '\n' || found === '\t'
      ? found
      : String.raw`\u${(found.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}`,
  );
