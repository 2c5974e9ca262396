import type { Command, Io, Option, Options } from './command.js';
import { commonOptions } from './parse.js';

/** The help of a command: what it does, its options, and examples. */
export const commandHelp = (command: Command, { paint }: Io): string => {
  const { name, aliases = [], summary, usage, details, options, examples } = command;
  const also = aliases.length === 0 ? '' : ` ${paint('dim', `(also: ${aliases.join(', ')})`)}`;
  return [
    `${summary}${also}`,
    ['', paint('bold', 'Usage'), `  proteus ${name}${usage === '' ? '' : ` ${usage}`}`],
    details === undefined ? [] : ['', ...details.split('\n')],
    ['', paint('bold', 'Options'), ...optionLines({ ...options, ...commonOptions })],
    ['', paint('bold', 'Examples'), ...exampleLines(examples, paint)],
  ]
    .flat()
    .join('\n')
    .concat('\n');
};

const optionLines = (options: Options): readonly string[] =>
  columns(Object.entries(options).map(([name, option]) => [flagsOf(name, option), option.text]));

const flagsOf = (name: string, { short, value }: Option): string =>
  `${short === undefined ? '    ' : `-${short}, `}--${name}${value === undefined ? '' : ` <${value}>`}`;

const exampleLines = (examples: Command['examples'], paint: Io['paint']): readonly string[] => {
  const width = Math.max(...examples.map(([line]) => line.length));
  return examples.map(([line, what]) => `  proteus ${line.padEnd(width)}  ${paint('dim', `# ${what}`)}`);
};

/** Two columns, the first as wide as it needs. */
export const columns = (rows: readonly (readonly [string, string])[]): readonly string[] => {
  const width = Math.max(...rows.map(([first]) => first.length));
  return rows.map(([first, second]) => `  ${first.padEnd(width)}  ${second}`);
};

/** The groups of commands in the help of the program. */
export interface Group {
  readonly title: string;
  /** The first word of all of these commands, where they have two. */
  readonly family?: string;
  readonly commands: readonly Command[];
}

/** The help of commands that have their first word in common. */
export const familyHelp = ({ title, family = '', commands }: Group, { paint }: Pick<Io, 'paint'>): string =>
  [
    title,
    ['', paint('bold', 'Usage'), `  proteus ${family} <command> [options]`],
    ['', ...columns(commands.map(({ name, summary }) => [name, summary]))],
    ['', `proteus ${family} <command> --help explains a command.`],
  ]
    .flat()
    .join('\n')
    .concat('\n');

/** The help of the program: all commands by what they are for, and how a master is selected. */
export const programHelp = (groups: readonly Group[], { paint }: Io): string => {
  const single = groups.filter(({ family }) => family === undefined);
  const families = groups.filter(({ family }) => family !== undefined);
  const width = Math.max(...single.flatMap(({ commands }) => commands.map(({ name }) => name.length)));
  return [
    'proteus runs Node services as clusters of workers, and operates those that run.',
    ['', paint('bold', 'Usage'), '  proteus <command> [target] [options]'],
    ...single.flatMap(({ title, commands }) => [
      ['', paint('bold', title)],
      commands.map(({ name, summary }) => `  ${name.padEnd(width)}  ${summary}`),
    ]),
    ...families.map(({ title, family = '', commands }) => [
      '',
      paint('bold', title),
      `  ${family.padEnd(width)}  ${commands.map(({ name }) => name.slice(family.length + 1)).join(', ')}: see proteus ${family} --help`,
    ]),
    ['', paint('bold', 'Target')],
    '  The name of a cluster, the pid of a master, or the path of a control socket. It is only needed',
    '  if more than one master runs. --all is for all of them.',
    ['', paint('bold', 'Examples')],
    ...exampleLines(
      [
        ['start server.js', 'one worker on each CPU core, in the foreground'],
        ['start server.js --workers 4 -d', 'four workers, in the background'],
        ['ls', 'what runs'],
        ['restart', 'new code, without losing a request'],
        ['logs -f', 'what the workers write'],
        ['stop', 'requests in flight are answered first'],
      ],
      paint,
    ),
    '',
    'proteus <command> --help explains a command.',
  ]
    .flat()
    .join('\n')
    .concat('\n');
};
