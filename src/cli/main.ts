import { type Command, type Io } from './command.js';
import { commands, groups, wordsOfOthers } from './commands.js';
import { exitCodes } from './exitCodes.js';
import { commandHelp, programHelp } from './help.js';
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

const run = async ([first, ...others]: readonly string[], io: Io): Promise<number> => {
  if (first === undefined || first === '--help' || first === '-h' || first === 'help') {
    const topic = first === 'help' ? others[0] : undefined;
    io.out(topic === undefined ? programHelp(groups, io) : commandHelp(commandOf(topic), io));
    return first === undefined ? exitCodes.usage : exitCodes.ok;
  }
  if (first === '--version' || first === '-v' || first === '-V') {
    io.out(`${version()}\n`);
    return exitCodes.ok;
  }
  return runCommand(commandOf(first), others, io);
};

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

const namesOf = ({ name, aliases = [] }: Command): readonly string[] => [name, ...aliases];

const commandOf = (word: string): Command => {
  const found = commands.find((command) => namesOf(command).includes(word));
  if (found !== undefined) return found;
  if (word.startsWith('-')) throw new UsageError(`expected a command before ${word}, such as proteus ls`);
  const instead = Object.hasOwn(wordsOfOthers, word) ? wordsOfOthers[word] : undefined;
  const names = commands.flatMap(namesOf);
  throw new UsageError(
    `${word} is not a command${instead === undefined ? didYouMean(word, names) : `. Use: ${instead}`}`,
  );
};
