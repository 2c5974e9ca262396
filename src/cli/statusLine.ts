import type { Io } from './command.js';
import { shorten } from './table.js';

/** Lines that stay, and below them one line that changes. Where no person reads, there are only the lines that stay. */
export interface StatusLine {
  readonly print: (line: string) => void;
  readonly show: (text: string) => void;
  readonly clear: () => void;
}

const eraseLine = '\r\u001B[2K';

export const statusLine = ({ out, terminal, width, paint }: Io): StatusLine => {
  let shown = '';
  const draw = (text: string) => {
    if (!terminal || text === shown) return;
    out(`${shown === '' ? '' : eraseLine}${text === '' ? '' : paint('dim', shorten(text, width - 1))}`);
    shown = text;
  };
  return {
    print: (line) => {
      const below = shown;
      draw('');
      out(`${line}\n`);
      draw(below);
    },
    show: draw,
    clear: () => draw(''),
  };
};
