import type { Io } from './command.js';

/** The columns and lines where nobody knows how many there are: in a pipe nothing needs to be left out. */
const unlimited = 1_000;

/** Some terminals, such as a serial line or one that a program has made, do not know their size: they have 0 columns and lines. */
const usualWidth = 80;

interface Output {
  readonly isTTY: boolean;
  readonly columns: number;
  readonly rows: number;
}

/** The columns and lines that fit into what is written to. In a pipe the environment may say how wide it is shown. */
export const sizeOfTerminal = (
  { isTTY, columns, rows }: Output,
  env: Readonly<Record<string, string | undefined>>,
): Pick<Io, 'width' | 'height'> => {
  const wanted = Number(env['COLUMNS']);
  if (!isTTY) return { width: wanted > 0 ? wanted : unlimited, height: unlimited };
  return { width: columns > 0 ? columns : usualWidth, height: rows > 0 ? rows : unlimited };
};
