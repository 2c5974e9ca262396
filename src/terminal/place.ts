import type { ReadStream, WriteStream } from 'node:tty';
import { ascii, type GlyphSet, unicode } from './layout/glyphSet.js';

/** A terminal, and what it can show. */
export interface Place {
  readonly stdin: ReadStream;
  readonly stdout: WriteStream;
  readonly coloured: boolean;
  /** Whether it shows more than ASCII. */
  readonly unicode: boolean;
}

export const glyphsOf = (place: Place): GlyphSet => (place.unicode ? unicode : ascii);
