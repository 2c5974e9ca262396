import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../../index.js';
import { type Ask, askLines } from '../askLines.js';
import type { Command, Input, Io } from '../command.js';
import { exitCodes } from '../exitCodes.js';
import { harmless } from '../harmless.js';
import { nameOfFile } from '../nameOfFile.js';
import { wholeNumber } from '../readOption.js';
import { UsageError } from '../usageError.js';

export const init: Command = {
  name: 'init',
  summary: 'Writes a configuration for the service in this folder, after a few questions.',
  usage: '[options]',
  details: `The answer to a question is a line; an empty one is the answer in brackets. Without a terminal the answers are read
from stdin, and where it ends the others are those in brackets. The file is proteus.config.mjs. No file is
overwritten.`,
  options: { yes: { short: 'y', text: 'Ask nothing: all answers are those in brackets.' } },
  completes: [],
  examples: [
    ['init', 'asks'],
    ['init --yes', 'for scripts'],
  ],
  run: async (input, io) => {
    if (input.words.length > 0) throw new UsageError(`init: expected no words, got ${input.words.join(' ')}`);
    const existing = readdirSync('.').find((name) => /^proteus\.config\.([cm]?js|ts|json)$/.test(name));
    if (existing !== undefined) return refuse(existing, io);
    const answers = await answersFor(input, io);
    try {
      writeFileSync(file, configurationOf(answers), { flag: 'wx' });
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'EEXIST') return refuse(file, io);
      throw error;
    }
    io.out(`written: ${file}\n  start  proteus start\n`);
    return exitCodes.ok;
  },
};

/** A module in each package, whatever its type is. */
const file = 'proteus.config.mjs';

const refuse = (existing: string, { err, paint }: Io): number => {
  err(`${paint('red', 'proteus:')} ${existing} exists, and is not overwritten. Start it: proteus start\n`);
  return exitCodes.failed;
};

type Answers = Pick<Config, 'exec' | 'name' | 'worker' | 'recycle'>;

/** One question: its answer is read, and refused with a `UsageError` that says what was expected. */
interface Question<T> {
  readonly text: string;
  readonly usual: string | undefined;
  readonly read: (answer: string) => T;
}

/** Answers a question with a line, or with the usual answer. Rejects with `UsageError`. */
type Answer = <T>(question: Question<T>) => Promise<T>;

const answersFor = (input: Input, io: Io): Promise<Answers> => {
  if (input.options['yes'] === true) return askAll(async ({ text, usual, read }) => read(required(text, usual)));
  return askLines(io.err, (ask) => askAll((question) => answered(question, ask, io)));
};

const askAll = async (answer: Answer): Promise<Answers> => {
  const exec = await answer({ text: 'File that each worker runs', usual: usualExec(), read: existingFile });
  const name = await answer({ text: 'Name', usual: usualName() ?? nameOfFile(exec), read: (text) => text });
  const worker = await answer({
    text: 'Workers; max: one for each CPU core',
    usual: 'max',
    read: (text) => (text === 'max' ? undefined : wholeNumber('Workers', text, 1)),
  });
  const { checkConfig } = await import('../../index.js');
  const recycle = await answer({
    text: 'Replace a worker that uses more memory than, such as 512M',
    usual: 'never',
    read: (text) => {
      // The check says what is wrong with it.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      const recycle = text === 'never' ? undefined : ({ memory: text } as NonNullable<Config['recycle']>);
      asUsage(() => checkConfig({ recycle }));
      return recycle;
    },
  });
  asUsage(() => checkConfig({ exec, name, worker, recycle }));
  return { exec, name, worker, recycle };
};

/** A wrong answer is asked for again on a terminal, and ends the command elsewhere. */
const answered = async <T>(question: Question<T>, ask: Ask, io: Io): Promise<T> => {
  const { text, usual, read } = question;
  const line = await ask(`${text}${usual === undefined ? '' : ` [${harmless(usual)}]`}: `);
  // On a terminal this is Ctrl-D, which asks for nothing.
  if (line === undefined && process.stdin.isTTY) throw new UsageError('init: the input ended, and nothing is written');
  const given = line?.trim() ?? '';
  try {
    return read(given === '' ? required(text, usual) : given);
  } catch (error) {
    if (!(error instanceof UsageError) || !process.stdin.isTTY) throw error;
    io.err(`${harmless(error.message)}\n`);
    return answered(question, ask, io);
  }
};

const required = (text: string, usual: string | undefined): string => {
  if (usual === undefined) throw new UsageError(`${text}: expected an answer, got none`);
  return usual;
};

const isFile = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isFile() === true;

const existingFile = (path: string): string => {
  if (isFile(path)) return path;
  throw new UsageError(`File that each worker runs: expected a file that exists, got ${path}`);
};

/** A `ConfigError` is about an answer. */
const asUsage = (check: () => void): void => {
  try {
    check();
  } catch (error) {
    throw error instanceof Error && error.name === 'ConfigError' ? new UsageError(error.message) : error;
  }
};

/** What npm start runs, the main file of the package, or a usual name. */
const usualExec = (): string | undefined => {
  const { scripts, main } = packageJson();
  const started = isRecord(scripts) && typeof scripts['start'] === 'string' ? scripts['start'] : '';
  const names = ['server', 'index', 'app', 'main'].flatMap((name) =>
    ['js', 'mjs', 'cjs'].map((end) => `${name}.${end}`),
  );
  return [/^node\s+(\S+)$/.exec(started)?.[1], typeof main === 'string' ? main : undefined, ...names].find(
    (name) => name !== undefined && isFile(name),
  );
};

/** The name of the package, without its scope. */
const usualName = (): string | undefined => {
  const { name } = packageJson();
  return typeof name === 'string' && name !== '' ? name.replace(/^@[^/]*\//, '') : undefined;
};

const packageJson = (): Readonly<Record<string, unknown>> => {
  try {
    const content: unknown = JSON.parse(readFileSync(join('.', 'package.json'), 'utf8'));
    return isRecord(content) ? content : {};
  } catch {
    // It only helps to guess.
    return {};
  }
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null;

/** It imports nothing, so it can also be read where the package is installed globally. */
const configurationOf = (answers: Answers): string => `/** @type {import('proteus-cluster/services').Configuration} */
export default {
${Object.entries(answers).flatMap(lineOf).join('\n')}
};
`;

const lineOf = ([name, value]: readonly [string, unknown]): readonly string[] =>
  value === undefined ? [] : [`  ${name}: ${isRecord(value) ? inline(value) : literal(value)},`];

const inline = (value: Readonly<Record<string, unknown>>): string =>
  `{ ${Object.entries(value)
    .map(([name, one]) => `${name}: ${literal(one)}`)
    .join(', ')} }`;

/** Strings have single quotes, as in the documentation, where nothing in them has to be escaped. */
const literal = (value: unknown): string =>
  typeof value === 'string' && !/['\\\p{Cc}]/u.test(value) ? `'${value}'` : JSON.stringify(value);
