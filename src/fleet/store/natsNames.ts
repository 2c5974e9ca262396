/**
 * A name as a key of NATS, which has few characters: all others become `=` and the bytes of UTF-8 in hexadecimal. Dots stay where they separate parts.
 *
 * @example
 * natsKey('web shop.api'); // 'web=20shop.api'
 */
export const natsKey = (name: string): string =>
  name.replaceAll(/[^-\w.]|(?<![^.])\.|\.$/gu, (character) => encoded(character));

/** The name that `natsKey` was given. */
export const nameOfKey = (key: string): string => {
  const bytes = key.replaceAll(/=([\dA-F]{2})/g, (_, byte: string) => String.fromCodePoint(Number.parseInt(byte, 16)));
  return Buffer.from(bytes, 'latin1').toString('utf8');
};

/** A name as one part of a subject: as `natsKey`, and without dots. */
export const subjectPart = (name: string): string => name.replaceAll(/[^-\w]/gu, (character) => encoded(character));

const encoded = (character: string): string =>
  Array.from(Buffer.from(character), (byte) => `=${byte.toString(16).toUpperCase().padStart(2, '0')}`).join('');
