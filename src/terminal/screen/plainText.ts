/** Escape sequences: CSI with its parameters, strings such as OSC up to their end or that of the text, and the short ones. */
const escapes =
  // oxlint-disable-next-line no-control-regex
  /(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]?|(?:\u001B[\]PX^_]|[\u009D\u0090\u0098\u009E\u009F])[^\u0007\u001B\u009C]*(?:\u0007|\u001B\\|\u009C)?|\u001B[ -/]*[0-~]?/gu;
/** What has a width in no terminal, or another one in each: control characters, marks of direction, joiners, halves of characters. */
const invisible = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]+/gu;
const spaces = /[\t\n\r\v\f]+/g;

/** Text as it can be shown in one line: without escape sequences and control characters. At most `most` characters of it are read, so that a text of any length costs the same. */
export const plainText = (text: string, most = 1_000): string => {
  const read = text.length > most ? text.slice(0, most) : text;
  return isPrintable.test(read) ? read : read.replaceAll(escapes, '').replaceAll(spaces, ' ').replaceAll(invisible, '');
};

/** Most text is ASCII. */
const isPrintable = /^[ -~]*$/;
