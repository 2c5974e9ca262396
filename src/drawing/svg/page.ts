import { radius } from './signShape.js';

/** Narrow, so that its letters can be read on a phone. */
export const pageWidth = 430;

/** Where names and titles begin. */
export const left = 16;
export const right = pageWidth - 16;

/** Where columns are. */
export const plotLeft = 90;
export const plotWidth = right - radius - plotLeft;

/** A part of a page: its height, and what is drawn below a place. */
export interface Block {
  readonly height: number;
  readonly draw: (top: number) => string;
}

export const space = (height: number): Block => ({ height, draw: () => '' });

/** Blocks one below the other. */
export const stack = (blocks: readonly Block[]): Block => ({
  height: blocks.reduce((sum, { height }) => sum + height, 0),
  draw: (top) => {
    let next = top;
    return blocks
      .map(({ height, draw }) => {
        const drawn = draw(next);
        next += height;
        return drawn;
      })
      .filter((drawn) => drawn !== '')
      .join('\n');
  },
});
