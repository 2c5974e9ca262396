import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command, Input, Io } from '../command.js';
import { endSoon } from '../endSoon.js';
import { exitCodes } from '../exitCodes.js';
import { harmless } from '../harmless.js';
import { nameOfFile } from '../nameOfFile.js';
import { textOption } from '../readOption.js';
import { recordingFile, recordingOptions, reproduced } from '../recording.js';
import { UsageError } from '../usageError.js';

export const reproduce: Command = {
  name: 'reproduce',
  summary: 'Makes a diagram and a test of a recording.',
  usage: '<recording>',
  details: `The test plays the recorded lives of the workers against the real pipeline, in virtual time, and expects the
recorded decisions. It is a module for node:test. What the recording does not tell is assumed, and stands in both
files. The exit code is 1 if the simulation decides differently. See docs/incidents.md.`,
  options: {
    output: { short: 'o', value: 'folder', text: 'Where to write the two files. Default: the current folder.' },
    force: { text: 'Replace files that exist.' },
    config: {
      value: 'file',
      text: 'The configuration that the cluster ran with, where the recording does not have its options.',
    },
    ...recordingOptions,
  },
  completes: 'file',
  examples: [
    ['reproduce web.jsonl', 'web.txt and web.test.mjs'],
    ['reproduce web.jsonl -o test/incidents --from 2026-11-27T12:00:00Z', 'from this time on'],
  ],
  run: (input, io) => run(input, io).finally(endSoon),
};

const run = async (input: Input, io: Io): Promise<number> => {
  const file = recordingFile(input);
  const { differencesOf, replayedDecisions, textsOf } = await import('../../reproduce.js');
  const reproduction = await reproduced(input, textOption(input, 'config'), io);
  const folder = textOption(input, 'output') ?? '.';
  const force = input.options['force'] === true;
  const name = nameOfFile(file);
  const path = join(folder, name);
  const { diagram, whyNoDiagram, test } = textsOf(reproduction, undefined, `./${name}.txt`);
  create(folder);
  if (diagram !== undefined) write(`${path}.txt`, diagram, force);
  write(`${path}.test.mjs`, test, force);
  for (const sentence of reproduction.assumptions) io.err(`assumed: ${harmless(sentence)}\n`);
  if (diagram === undefined)
    io.err(`${io.paint('yellow', '!')} No diagram is written, only the test: ${harmless(whyNoDiagram ?? '')}\n`);
  else io.out(`${path}.txt\n`);
  io.out(`${path}.test.mjs: run it with node --test\n`);
  const { config, script, decisions } = reproduction;
  return report(differencesOf(decisions, replayedDecisions(config, script)), io);
};

const create = (folder: string): void => {
  if (folder === '') throw new UsageError('--output: expected a folder, got nothing');
  try {
    mkdirSync(folder, { recursive: true });
  } catch (error) {
    throw isCode(error, 'EEXIST') || isCode(error, 'ENOTDIR')
      ? new UsageError(`--output: expected a folder, got ${folder}, in which there is a file`)
      : notWritten(folder, error);
  }
};

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

const isCode = (error: unknown, code: string): boolean =>
  error instanceof Error && 'code' in error && error.code === code;

const notWritten = (path: string, error: unknown): UsageError =>
  new UsageError(`${path} cannot be written: ${messageOf(error)}. Name another folder: --output`);

const write = (path: string, text: string, force: boolean): void => {
  try {
    writeFileSync(path, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    throw isCode(error, 'EEXIST') ? new UsageError(`${path} exists. Replace it: --force`) : notWritten(path, error);
  }
};

const report = (differences: readonly string[], { out, err, paint }: Io): number => {
  if (differences.length === 0) {
    out('The simulation decides as the master did.\n');
    return exitCodes.ok;
  }
  err(`${paint('yellow', '!')} The simulation decides differently, and the test fails:\n`);
  for (const difference of differences) err(`  ${harmless(difference)}\n`);
  return exitCodes.failed;
};
