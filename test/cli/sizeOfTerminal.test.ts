import { expect, test } from 'vitest';
import { sizeOfTerminal } from '../../src/cli/sizeOfTerminal.js';

test.each([
  ['a terminal has its size', [true, 132, 43], {}, [132, 43]],
  ['a terminal that does not know its size is as wide as usual', [true, 0, 0], {}, [80, 1_000]],
  ['in a pipe nothing is left out', [false, 0, 0], {}, [1_000, 1_000]],
  ['in a pipe the environment may say how wide it is shown', [false, 0, 0], { COLUMNS: '60' }, [60, 1_000]],
  ['a width that is no number is none', [false, 0, 0], { COLUMNS: 'wide' }, [1_000, 1_000]],
] as const)('%s', (_, [isTTY, columns, rows], env, [width, height]) => {
  expect(sizeOfTerminal({ isTTY, columns, rows }, env)).toEqual({ width, height });
});
