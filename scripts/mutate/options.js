import { parseArgs } from 'node:util';

const usage =
  'Usage: npm run mutate -- [pattern] [--part 2/6] [--seconds 600], or -- --check, or -- --rules, or -- --document';

const modes = ['check', 'rules', 'document'];

/** What the command line asks for: mutations whose text contains `pattern`, of these every `of`th, begun within so many seconds. */
export const readOptions = (args) => {
  const { values, positionals } = parse(args);
  const [, part, of] = /^(\d+)\/(\d+)$/.exec(values.part ?? '1/1') ?? wrong('--part', 'M/N, such as 2/6', values.part);
  if (Number(part) < 1 || Number(part) > Number(of)) wrong('--part', 'M/N with 1 ≤ M ≤ N', values.part);
  const seconds = Number(values.seconds ?? Infinity);
  if (!(seconds > 0)) wrong('--seconds', 'a number above 0', values.seconds);
  return {
    pattern: positionals[0] ?? '',
    part: Number(part),
    of: Number(of),
    seconds,
    mode: modes.find((mode) => values[mode] === true) ?? 'run',
  };
};

const parse = (args) => {
  try {
    return parseArgs({
      args,
      options: {
        part: { type: 'string' },
        seconds: { type: 'string' },
        ...Object.fromEntries(modes.map((mode) => [mode, { type: 'boolean' }])),
      },
      allowPositionals: true,
    });
  } catch (error) {
    throw new Error(`${error.message.split('\n')[0]}. ${usage}`, { cause: error });
  }
};

const wrong = (option, expected, actual) => {
  throw new Error(`${option}: expected ${expected}, got '${actual}'. ${usage}`);
};
