import { parseArgs } from 'node:util';

/** The largest seed: fast-check takes 32 bits with a sign. */
const largest = 2 ** 31 - 1;

const parts = ['one', 'several', 'both'];

/** What the command line asks for. Throws with one line for what is wrong. */
export const readOptions = (args) => {
  const { schedules, seed, part = 'both' } = parse(args);
  if (!parts.includes(part)) throw new Error(`--part: expected ${parts.join(', ')}, got ${part || 'nothing'}`);
  return {
    part,
    schedules: schedules === undefined ? 10_000 : whole('--schedules', schedules, 1, Number.MAX_SAFE_INTEGER),
    seed: seed === undefined ? Math.floor(Math.random() * largest) : whole('--seed', seed, 0, largest),
  };
};

const parse = (args) => {
  const options = { schedules: { type: 'string' }, seed: { type: 'string' }, part: { type: 'string' } };
  try {
    return parseArgs({ args, options }).values;
  } catch (error) {
    const [what] = error.message.split(/\.? To specify|\n/);
    throw new Error(`${what}. Usage: npm run simulate -- [--schedules N] [--seed S] [--part one|several|both]`, {
      cause: error,
    });
  }
};

const whole = (option, text, from, to) => {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= from && number <= to) return number;
  const upTo = to === Number.MAX_SAFE_INTEGER ? '' : ` to ${to}`;
  throw new Error(`${option}: expected a whole number from ${from}${upTo}, got ${text === '' ? 'nothing' : text}`);
};
