import { parseArgs } from 'node:util';

/** The largest seed: 32 bits without a sign. */
const largestSeed = 2 ** 32 - 1;
/** The first 30 s are not measured. */
const minMinutes = 2;
const maxMinutes = 24 * 60;

const usage = 'Usage: npm run chaos -- [--minutes N] [--seed S]';

/** What the command line asks for. Throws with one line for what is wrong. */
export const readOptions = (args) => {
  const { minutes = '30', seed } = parse(args);
  return {
    ms: number('--minutes', minutes, minMinutes, maxMinutes) * 60_000,
    seed: seed === undefined ? Math.floor(Math.random() * largestSeed) : number('--seed', seed, 0, largestSeed),
  };
};

const parse = (args) => {
  try {
    return parseArgs({ args, options: { minutes: { type: 'string' }, seed: { type: 'string' } } }).values;
  } catch (error) {
    const [what] = error.message.split(/\.? To specify|\n/);
    throw new Error(`${what}. ${usage}`, { cause: error });
  }
};

const number = (option, text, from, to) => {
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= from && value <= to) return value;
  throw new Error(
    `${option}: expected a whole number from ${from} to ${to}, got ${text === '' ? 'nothing' : text}. ${usage}`,
  );
};
