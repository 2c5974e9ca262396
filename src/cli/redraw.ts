import type { Io } from './command.js';

const upAndErase = (lines: number): string => (lines === 0 ? '' : `\u001B[${lines}A\u001B[J`);

/** Writes texts to a terminal, each in place of the one before. Of one that is higher than the terminal only the first lines are shown, because nothing above it can be replaced. */
export const redraw = ({ out, height }: Pick<Io, 'out' | 'height'>): ((text: string) => void) => {
  let shown = 0;
  return (text) => {
    const lines = text.split('\n').slice(0, Math.max(1, height - 1));
    out(`${upAndErase(shown)}${lines.join('\n')}\n`);
    shown = lines.length;
  };
};
