import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type { Observable } from 'rxjs';
import { masters } from '../../client.js';
import type { Config } from '../../index.js';
import type { LoadedConfig } from '../../services.js';
import type { Command, Input, Io } from '../command.js';
import { detach } from '../detach.js';
import { exitCodes } from '../exitCodes.js';
import { harmless, harmlessLines } from '../harmless.js';
import { usualLogFile } from '../logFolder.js';
import { nameOfFile } from '../nameOfFile.js';
import { choiceOption, numberOption, textOption, wholeNumber } from '../readOption.js';
import { UsageError } from '../usageError.js';

const levels = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;

export const start: Command = {
  name: 'start',
  summary: 'Starts a service, or all services of a configuration file.',
  usage: '[file] [options] [-- arguments of the workers]',
  details: `The file is what each worker runs, or a configuration: proteus.config.js and other names that end with
.config.js, .mjs, .cjs, .ts, or .json. Without a file it is the configuration in this folder.
In the foreground it is the master itself: Ctrl-C stops it, and its exit code is 1 if the service could not
start. With --detach the master runs in the background, and the command waits until the service has started
or failed. With a configuration, the options of its services are written there.`,
  options: {
    workers: {
      short: 'w',
      value: 'N',
      text: 'How many workers; max: one for each CPU core. Default: max.',
      aliases: ['instances', 'i'],
    },
    name: { short: 'n', value: 'name', text: 'The name of the cluster. Default: that of the file.' },
    env: { value: 'profile', text: 'The profile of the configuration.', aliases: ['profile'] },
    detach: { short: 'd', text: 'Run in the background.', aliases: ['daemon'] },
    log: { value: 'file', text: 'Write the log there. It is rotated at 10 MB, and 5 files are kept.' },
    'log-level': { value: 'level', text: `The lowest level in the log. Default: info.`, choices: levels },
    record: { value: 'file', text: 'Write all events there, a recording. See docs/recording.md.' },
    cwd: { value: 'folder', text: 'Where the workers run.' },
    pid: { value: 'file', text: 'Write the pid of the master there. Default: no file.' },
    standby: { value: 'N', text: 'Keep so many workers that have booted, and take over when one dies.' },
    'max-memory': {
      value: 'size',
      text: 'Replace a worker that uses more, such as 300M.',
      aliases: ['max-memory-restart'],
    },
    watch: { text: 'Restart when a file in the folder of the service changes, for development.' },
  },
  takesRest: true,
  completes: 'file',
  examples: [
    ['start server.js', 'one worker on each CPU core, in the foreground'],
    ['start server.js -w 4 --name web -d', 'four workers, in the background'],
    ['start server.js --watch -w 1', 'for development'],
    ['start server.js -- --port 8080', 'with arguments for the workers'],
    ['start --env production -d', 'the configuration in this folder'],
  ],
  run: async (input, io) => {
    const [file, ...more] = input.words;
    if (more.length > 0)
      throw new UsageError(`expected one file, got ${input.words.join(' ')}. Arguments of the workers follow --`);
    const detached = input.options['detach'] === true;
    try {
      const started =
        file === undefined || isConfiguration(file) ? await ofConfiguration(file, input) : ofFile(file, input);
      for (const note of started.notes) io.err(`${io.paint('yellow', '!')} ${harmlessLines(note)}\n`);
      return await (detached ? inBackground(started, input, io) : inForeground(started, textOption(input, 'record')));
    } catch (error) {
      return reportStart(error, io);
    }
  },
};

/** What is started: a file that the workers run, or the services of a configuration. */
interface Started {
  readonly clusters: readonly string[];
  /** What the user should know about the configuration. */
  readonly notes: readonly string[];
  readonly run: () => Promise<Observable<unknown>>;
}

type Service = LoadedConfig['services'][number];

/** One of YAML is refused with a sentence. */
const isConfiguration = (file: string): boolean =>
  /\.config\.[cm]?[jt]s$|\.json$|\.ya?ml$/.test(file) ||
  statSync(file, { throwIfNoEntry: false })?.isDirectory() === true;

/** The options that are about how it is started, and not about one service. */
const generalOptions: ReadonlySet<string> = new Set(['detach', 'env', 'log', 'log-level', 'record']);

const ofConfiguration = async (file: string | undefined, input: Input): Promise<Started> => {
  const other = Object.keys(input.options).find((name) => !generalOptions.has(name));
  if (other !== undefined || input.rest.length > 0)
    throw new UsageError(
      `${other === undefined ? '--' : `--${other}`} belongs to one service: expected a file that each worker runs, got ${file ?? 'none'}. In a configuration it is an option of a service`,
    );
  const { loadConfig, runServices } = await import('../../services.js');
  const config = await loadConfig(file, { profile: textOption(input, 'env') });
  if (input.options['detach'] === true && config.services.every((service) => service.config.control === false))
    throw new UsageError(
      '--detach: expected a control socket, which tells when the services have started, got control: false',
    );
  return {
    clusters: config.services.map(
      ({ name, config: { exec, name: given } }) => name ?? given ?? nameOfFile(String(exec)),
    ),
    notes: config.notes,
    run: async () => runServices({ ...config, services: config.services.map(withLog(logOf(input))) }),
  };
};

/** Services that say nothing about their log share this one. */
const withLog =
  (log: Config['log']) =>
  (service: Service): Service => ({ ...service, config: { ...service.config, log: service.config.log ?? log } });

const ofFile = (file: string, input: Input): Started => {
  if (input.options['env'] !== undefined)
    throw new UsageError(`--env: expected a configuration, which has profiles, got ${file}`);
  const config = configOf(file, input);
  return {
    clusters: [config.name ?? nameOfFile(file)],
    notes: [],
    run: async () => {
      const { cluster$, reportError, restart } = await import('../../index.js');
      if (input.options['watch'] !== true) return cluster$(config);
      const [{ changes$ }, { catchError, EMPTY, ignoreElements, map, merge }] = await Promise.all([
        import('../../development.js'),
        import('rxjs'),
      ]);
      const restarts$ = changes$(dirname(resolve(file))).pipe(
        map(() => void restart({ why: 'a watched file has changed' })),
        ignoreElements(),
        // Such as a limit of the system. The service needs no watcher.
        catchError((error: unknown) => {
          reportError(new Error(`--watch: the files are not watched: ${String(error)}`, { cause: error }));
          return EMPTY;
        }),
      );
      return merge(cluster$(config), restarts$);
    },
  };
};

/** 10 MB, and 5 files: enough to look back, and bounded. */
const rotate = { size: '10M', keep: 5 } as const;

/** The master checks it. */
type Memory = NonNullable<NonNullable<Config['recycle']>['memory']>;

/** What the options say about the log. `undefined`: nothing. */
const logOf = (input: Input): Config['log'] => {
  const file = textOption(input, 'log');
  const level = choiceOption(input, 'log-level', levels);
  if (file === undefined) return level === undefined ? undefined : { level };
  return { file, rotate, ...(level !== undefined && { level }) };
};

const configOf = (file: string, input: Input): Config => {
  const workers = textOption(input, 'workers');
  const memory = textOption(input, 'max-memory');
  return {
    exec: file,
    args: input.rest,
    // The default of the library is one file for all masters of the machine.
    pid: textOption(input, 'pid') ?? false,
    name: textOption(input, 'name'),
    worker: workers === undefined || workers === 'max' ? undefined : wholeNumber('--workers', workers, 1),
    cwd: textOption(input, 'cwd'),
    standby: numberOption(input, 'standby', 0),
    ...(memory !== undefined && {
      // The master checks it.
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      recycle: { memory: memory as Memory },
    }),
    log: logOf(input),
  };
};

const inForeground = async ({ run }: Started, recording: string | undefined): Promise<number> => {
  if (recording !== undefined) await recordTo(recording);
  const running$ = await run();
  return new Promise((resolve, reject) => {
    running$.subscribe({ error: reject, complete: () => resolve(exitCodes.ok) });
  });
};

/** Until the process ends. */
const recordTo = async (file: string): Promise<void> => {
  const [{ events$ }, { record }] = await Promise.all([import('../../index.js'), import('../../record.js')]);
  events$.pipe(record(file)).subscribe();
};

/** The errors of a start have complete texts. */
const reportStart = (error: unknown, io: Io): number => {
  if (!(error instanceof Error) || error instanceof UsageError) throw error;
  const { name, message, cause } = error;
  const from =
    cause instanceof Error && !message.includes(cause.message)
      ? `\n  ${harmlessLines(`${cause.name}: ${cause.message}`)}`
      : '';
  io.err(`${io.paint('red', 'proteus:')} ${harmlessLines(message)}${from}\n`);
  return name === 'ConfigError' ? exitCodes.usage : exitCodes.failed;
};

const inBackground = async ({ clusters }: Started, input: Input, io: Io): Promise<number> => {
  const [first = 'proteus'] = clusters;
  const other = await runningMasterOf(clusters);
  if (other !== undefined) {
    const name = harmless(other.cluster);
    io.err(
      `${io.paint('red', 'proteus:')} a cluster '${name}' runs already, in pid ${other.pid}. New code: proteus restart ${name}. Another one beside it needs another name\n`,
    );
    return exitCodes.failed;
  }
  const log = resolve(textOption(input, 'log') ?? usualLogFile(first, io.env));
  return detach({ args: argumentsFor(input, log, input.words[0]), log, clusters }, io);
};

/** The master that has a cluster of one of these names. */
const runningMasterOf = async (names: readonly string[]) => {
  const found = await Promise.all(
    (await masters()).map(async (master) => {
      const { pid, clusters = [] } = (await master.status().catch(() => undefined)) ?? {};
      return clusters
        .filter(({ cluster, phase }) => names.includes(cluster) && phase !== 'ended')
        .map(({ cluster }) => ({ cluster, pid }));
    }),
  );
  return found.flat()[0];
};

/** The same command line in the foreground, with its log. */
const argumentsFor = (input: Input, log: string, file: string | undefined): readonly string[] => {
  const { detach: _, ...options } = input.options;
  const flags = Object.entries({ ...options, log }).flatMap(([name, value]) =>
    value === undefined ? [] : typeof value === 'boolean' ? [`--${name}`] : [`--${name}=${value}`],
  );
  return [
    'start',
    ...(file === undefined ? [] : [file]),
    ...flags,
    ...(input.rest.length === 0 ? [] : ['--', ...input.rest]),
  ];
};
