/** A colour of the terminal, or none. */
export type Colour = 'bold' | 'dim' | 'red' | 'green' | 'yellow' | 'cyan';
export type Paint = (colour: Colour, text: string) => string;

const codes: Readonly<Record<Colour, readonly [number, number]>> = {
  bold: [1, 22],
  dim: [2, 22],
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
};

const escape = '\u001B[';

export const coloured: Paint = (colour, text) => {
  const [on, off] = codes[colour];
  return text === '' ? '' : `${escape}${on}m${text}${escape}${off}m`;
};

export const plain: Paint = (_, text) => text;

/** Colours are for people: on a terminal, unless NO_COLOR is set. FORCE_COLOR overrules both. */
export const wantsColour = (isTerminal: boolean, env: Readonly<Record<string, string | undefined>>): boolean => {
  const { FORCE_COLOR: force, NO_COLOR: no, TERM: term } = env;
  if (force !== undefined && force !== '') return force !== '0' && force !== 'false';
  return isTerminal && (no === undefined || no === '') && term !== 'dumb';
};
