import { shorten } from './table.js';

const gap = 2;

/** Two texts side by side, each in half of the width. Lines that are too long are cut. */
export const beside = (left: string, right: string, width: number): string => {
  const half = Math.floor((width - gap) / 2);
  const [lefts, rights] = [left.split('\n'), right.split('\n')];
  return Array.from({ length: Math.max(lefts.length, rights.length) }, (_, at) => {
    const cut = shorten(lefts[at] ?? '', half);
    // By characters: the length of a string counts some of them twice.
    const space = ' '.repeat(half + gap - Array.from(cut).length);
    return `${cut}${space}${shorten(rights[at] ?? '', half)}`.trimEnd();
  }).join('\n');
};
