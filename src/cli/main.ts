import { type Command, type Io, namesOf } from './command.js';
import { commands, groups, wordsOfOthers } from './commands.js';
import { exitCodes } from './exitCodes.js';
import { commandHelp, familyHelp, type Group, programHelp } from './help.js';
import { parse } from './parse.js';
import { reportError } from './reportError.js';
import { didYouMean } from './suggest.js';
import { UsageError } from './usageError.js';
import { version } from './version.js';

/** Runs a command line. Resolves with the exit code. */
export const main = async (args: readonly string[], io: Io): Promise<number> => {
  try {
    return await run(args, io);
  } catch (error) {
    return reportError(error, io);
  }
};

const run = async (args: readonly string[], io: Io): Promise<number> => {
  const [first, ...others] = args;
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    const topic = first === 'help' ? others : [];
    io.out(topic.length === 0 ? programHelp(groups, io) : helpOf(topic, io));
    return first === undefined ? exitCodes.usage : exitCodes.ok;
  }
  if (first === '--version' || first === '-v' || first === '-V') {
    io.out(`${version()}\n`);
    return exitCodes.ok;
  }
  const family = familyOf(first);
  if (family !== undefined && (others[0] === undefined || others[0] === '--help' || others[0] === '-h')) {
    io.out(familyHelp(family, io));
    return others[0] === undefined ? exitCodes.usage : exitCodes.ok;
  }
  const [command, rest] = commandOf(args);
  return runCommand(command, rest, io);
};

const helpOf = (topic: readonly string[], io: Io): string => {
  const family = topic.length === 1 ? familyOf(topic[0]) : undefined;
  return family === undefined ? commandHelp(commandOf(topic)[0], io) : familyHelp(family, io);
};

/** The commands of two words that begin with this one. */
const familyOf = (word: string | undefined): Group | undefined =>
  groups.find(({ family }) => family !== undefined && family === word);

const runCommand = async (command: Command, args: readonly string[], io: Io): Promise<number> => {
  try {
    const input = parse(command, args);
    if (input.options['help'] === undefined) return await command.run(input, io);
    io.out(commandHelp(command, io));
    return exitCodes.ok;
  } catch (error) {
    throw isUsage(error) ? new UsageError(error.message, command.name) : error;
  }
};

/** `ConfigError` is that of the library, which is not loaded here. */
const isUsage = (error: unknown): error is Error =>
  error instanceof UsageError || (error instanceof Error && error.name === 'ConfigError');

/** A command, and what follows its name. */
const commandOf = ([word = '', ...others]: readonly string[]): readonly [Command, readonly string[]] => {
  const family = familyOf(word);
  if (family !== undefined) {
    const [second = '', ...rest] = others;
    return [named(`${word} ${second}`, `such as proteus ${family.commands[0]?.name ?? word}`), rest];
  }
  return [named(word, 'such as proteus ls'), others];
};

const named = (word: string, example: string): Command => {
  const found = commands.find((command) => namesOf(command).includes(word));
  if (found !== undefined) return found;
  const last = word.split(' ').at(-1) ?? '';
  if (last.startsWith('-')) throw new UsageError(`expected a command before ${last}, ${example}`);
  const instead = Object.hasOwn(wordsOfOthers, word) ? wordsOfOthers[word] : undefined;
  const names = commands.flatMap(namesOf);
  throw new UsageError(
    `${word} is not a command${instead === undefined ? didYouMean(word, names) : `. Use: ${instead}`}`,
  );
};
