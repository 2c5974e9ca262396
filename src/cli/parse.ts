import { parseArgs } from 'node:util';
import type { Command, Input, Option, Options } from './command.js';
import { didYouMean } from './suggest.js';
import { UsageError } from './usageError.js';

/** Options that each command has. */
export const commonOptions: Options = { help: { short: 'h', text: 'Show this help.' } };

/** Reads the words and options of a command. Throws `UsageError` for an option that it does not have, or one without its value. */
export const parse = ({ name, options: own, takesRest }: Command, args: readonly string[]): Input => {
  const options = { ...own, ...commonOptions };
  const end = args.indexOf('--');
  const rest = end === -1 ? [] : args.slice(end + 1);
  if (rest.length > 0 && takesRest !== true)
    throw new UsageError(`${name}: expected nothing after --, got ${rest.join(' ')}`);
  const { tokens } = parseArgs({
    args: end === -1 ? [...args] : args.slice(0, end),
    options: Object.fromEntries(Object.entries(options).flatMap(flagsOf)),
    strict: false,
    tokens: true,
  });
  const words: string[] = [];
  const found: Record<string, string | true> = {};
  for (const token of tokens) {
    if (token.kind === 'positional') words.push(token.value);
    if (token.kind !== 'option') continue;
    const long = longName(options, token.name);
    if (long === undefined) throw unknownOption(name, options, token.rawName);
    found[long] = valueOf(options, long, token);
  }
  return { words, options: found, rest };
};

/** An option and its aliases, as `parseArgs` wants them. */
const flagsOf = ([name, { short, value, aliases = [] }]: readonly [string, Option]) => {
  const type = value === undefined ? ('boolean' as const) : ('string' as const);
  return [
    { name, letter: short },
    ...aliases.map((alias) => ({ name: alias, letter: alias.length === 1 ? alias : undefined })),
  ].map(({ name, letter }) => [name, letter === undefined ? { type } : { type, short: letter }] as const);
};

const longName = (options: Options, given: string): string | undefined =>
  Object.hasOwn(options, given)
    ? given
    : Object.entries(options).find(([, { aliases }]) => aliases?.includes(given) === true)?.[0];

interface GivenOption {
  readonly rawName: string;
  readonly value: string | undefined;
  readonly inlineValue: boolean | undefined;
}

const valueOf = (options: Options, long: string, { rawName, value, inlineValue }: GivenOption) => {
  const wanted = options[long]?.value;
  if (wanted === undefined) {
    if (value !== undefined) throw new UsageError(`${rawName} takes no value, got ${value}`);
    return true;
  }
  const missing = value === undefined || (inlineValue !== true && value.startsWith('-') && value !== '-');
  if (missing) throw new UsageError(`${rawName}: expected a value: ${rawName} <${wanted}>`);
  return value;
};

const unknownOption = (command: string, options: Options, rawName: string): UsageError => {
  const word = rawName.replace(/^-+/, '');
  const hint = rawName.startsWith('--') ? didYouMean(word, Object.keys(options), '--') : '';
  return new UsageError(`${command} has no option ${rawName}${hint}`);
};
