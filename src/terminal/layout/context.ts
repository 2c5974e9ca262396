import type { GlyphSet } from './glyphSet.js';

/** What all parts of a screen share. */
export interface Context {
  readonly width: number;
  readonly glyphs: GlyphSet;
}
