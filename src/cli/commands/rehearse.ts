import type { Comparison } from '../../reproduce.js';
import type { Command, Input, Io } from '../command.js';
import { endSoon } from '../endSoon.js';
import { exitCodes } from '../exitCodes.js';
import { harmless, harmlessLines } from '../harmless.js';
import { textOption } from '../readOption.js';
import { configOf, recordingOptions, reproduced } from '../recording.js';
import { beside } from '../beside.js';
import { table } from '../table.js';
import { duration } from '../units.js';
import { UsageError } from '../usageError.js';

export const rehearse: Command = {
  name: 'rehearse',
  summary: 'Shows what other options would have done with what is in a recording.',
  usage: '--config <file> <recording>',
  details: `Plays the recorded lives of the workers in virtual time, with the options of a configuration: another backoff,
budget, surge, number of workers, or policy. Beside what happened and what would have happened it shows the same
simulation with the options that the cluster ran with: how much that differs from what happened is the error of
the simulation. See docs/incidents.md.`,
  options: {
    config: { short: 'c', value: 'file', text: 'The configuration to try.' },
    'old-config': {
      value: 'file',
      text: 'The configuration that the cluster ran with, where the recording does not have its options.',
    },
    json: { text: 'Print JSON.' },
    ...recordingOptions,
  },
  completes: 'file',
  examples: [
    ['rehearse --config new.config.js web.jsonl', 'what happened, and what would have happened'],
    ['rehearse --config new.config.js web.jsonl --json', 'for scripts'],
  ],
  run: (input, io) => run(input, io).finally(endSoon),
};

const run = async (input: Input, io: Io): Promise<number> => {
  const file = textOption(input, 'config');
  if (file === undefined) throw new UsageError('expected the configuration to try: --config new.config.js');
  const reproduction = await reproduced(input, textOption(input, 'old-config'), io);
  const config = await configOf(file, reproduction.cluster, input, io);
  const { compare } = await import('../../reproduce.js');
  const isWide = io.terminal && io.width >= leastWidth;
  const columns = columnsOf(isWide ? Math.floor(io.width / 2) : io.width);
  const comparison = compare(reproduction, config, columns);
  if (input.options['json'] === true) io.out(`${JSON.stringify(asData(comparison), undefined, 2)}\n`);
  else io.out(asText(comparison, isWide, io));
  return exitCodes.ok;
};

/** The terminal has room for two diagrams side by side. */
const leastWidth = 160;
/** What the names of the rows need. */
const labelWidth = 22;
const mostColumns = 100;

const columnsOf = (width: number): number => Math.max(20, Math.min(mostColumns, width - labelWidth));

const asData = ({ recorded, control, changed, differences, assumptions }: Comparison) => ({
  recorded: { ...recorded, events: undefined, diagram: undefined },
  control: { ...control, events: undefined, diagram: undefined },
  changed: { ...changed, events: undefined, diagram: undefined },
  differences,
  assumptions,
});

type Result = Comparison['recorded'];

const rows: readonly (readonly [title: string, cell: (result: Result) => string])[] = [
  ['forks', ({ forks }) => String(forks)],
  ['crashes', ({ crashes }) => String(crashes)],
  ['time with fewer ready than slots', ({ fewerReady }) => duration(fewerReady)],
  ['longest time with none ready', ({ longestNoneReady }) => duration(longestNoneReady)],
  ['most workers at once', ({ mostWorkers }) => String(mostWorkers)],
  ['restarts done', ({ restarts }) => String(restarts.done)],
  ['restarts aborted', ({ restarts }) => String(restarts.aborted)],
  ['restarts cancelled', ({ restarts }) => String(restarts.cancelled)],
  ['gave up', ({ gaveUp }) => (gaveUp ? 'yes' : 'no')],
];

const asText = (comparison: Comparison, isWide: boolean, io: Io): string => {
  const { recorded, control, changed, column, differences, assumptions } = comparison;
  const numbers = table(
    [
      { title: '', cell: ([title]: (typeof rows)[number]) => title },
      { title: 'recorded', cell: ([, cell]) => cell(recorded), align: 'right' },
      { title: 'simulated', cell: ([, cell]) => cell(control), align: 'right' },
      { title: 'other options', cell: ([, cell]) => cell(changed), align: 'right' },
    ],
    rows,
    io,
  );
  const trust =
    differences.length === 0
      ? ['With its own options the simulation decides as the master did.']
      : [
          'With its own options the simulation decides differently, so do not trust it to the last detail:',
          ...differences,
        ];
  const scale = `a column is ${duration(column)}`;
  const before = `what happened (${scale})\n\n${recorded.diagram}`;
  const after = `what would have happened (${scale})\n\n${changed.diagram}`;
  const pictures = isWide ? beside(before, after, io.width) : `${before}\n\n${after}`;
  return [
    numbers,
    ...trust.map((line) => `${harmless(line)}\n`),
    `\n${harmlessLines(pictures)}\n\n`,
    'assumed\n',
    ...assumptions.map((line) => `  ${harmless(line)}\n`),
  ].join('');
};
