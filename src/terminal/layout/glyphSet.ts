/** The characters that pictures are made of. */
export interface GlyphSet {
  /** From low to high. */
  readonly bars: string;
  readonly line: string;
  readonly full: string;
  readonly empty: string;
  readonly up: string;
  readonly down: string;
  readonly more: string;
  /** The keys with arrows. */
  readonly upDown: string;
  readonly leftRight: string;
}

export const unicode: GlyphSet = {
  bars: '▁▂▃▄▅▆▇█',
  line: '─',
  full: '█',
  empty: '░',
  up: '▲',
  down: '▼',
  more: '…',
  upDown: '↑ ↓',
  leftRight: '←→',
};

/** For terminals that are not in UTF-8. */
export const ascii: GlyphSet = {
  bars: '_.-=+*%#',
  line: '-',
  full: '#',
  empty: '.',
  up: '^',
  down: 'v',
  more: '~',
  upDown: 'up down',
  leftRight: 'left right',
};
