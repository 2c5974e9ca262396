import type { EventLine, Gap, Master } from '../../client.js';
import type { RecordOptions } from '../../record.js';
import type { Command, Io } from '../command.js';
import { exitCodes } from '../exitCodes.js';
import { harmless } from '../harmless.js';
import { hasEnded } from '../hasEnded.js';
import { untilInterrupted } from '../interrupt.js';
import { durationOption, textOption } from '../readOption.js';
import { masterName, remoteOptions, selectMasters, targetAnd } from '../select.js';
import { plural, timeOfDay } from '../units.js';
import { UsageError } from '../usageError.js';

export const record: Command = {
  name: 'record',
  summary: 'Writes the events of a master to a file.',
  usage: '[target]',
  details: `Records until Ctrl-C, or until the master ends. With --last it writes what the master has kept of that time, of
its last 10,000 events, and ends. The file has a bounded size and the mode 0600; one that exists is continued.
It has the options of the clusters too, without the environment and with secrets masked. A program reads it with
replay() of proteus-cluster/record: see docs/recording.md.`,
  options: {
    output: { short: 'o', value: 'file', text: 'Where to write. Default: the name of the cluster with .jsonl.' },
    last: { value: 'time', text: 'Only the events of this time before now: 90s, 5m, 2h.', aliases: ['since'] },
    follow: { short: 'f', text: 'With --last: go on with the events that come.' },
    size: { value: 'size', text: 'How much is kept, such as 100M. Default: 16M.' },
    ...remoteOptions,
  },
  examples: [
    ['record web -o web.jsonl', 'until Ctrl-C'],
    ['record --last 5m -o incident.jsonl', 'what has just happened'],
    ['record web --last 1h -f', 'the last hour, and what comes'],
  ],
  run: async (input, io) => {
    const { target } = targetAnd('record', input, []);
    if (target?.endsWith('.jsonl') === true)
      throw new UsageError(`expected a cluster or a master, got ${target}. To record to this file: -o ${target}`);
    const last = durationOption(input, 'last');
    const follow = last === undefined || input.options['follow'] === true;
    const [master] = await selectMasters(input, target, io);
    if (master === undefined) return exitCodes.noMaster;
    const { clusters, time } = await master.status();
    const file = textOption(input, 'output') ?? `${clusters[0]?.cluster ?? 'proteus'}.jsonl`;
    const recording = await open(file, { ...(await master.config()) }, textOption(input, 'size'), io);
    if (follow) io.err(`recording ${await masterName(master)} to ${harmless(file)}. Ctrl-C ends it\n`);
    const since = last === undefined ? undefined : time - last;
    return untilInterrupted(async () => {
      const lines = withConfigs(eventsOf(master, since, follow, io), recording.config, master);
      await copy(lines, recording.write, follow);
      return recording.end();
    }, recording.end);
  },
};

/** The events since a time, of those that the master keeps, and then those that come. Without a time only those that come. */
async function* eventsOf(
  master: Master,
  since: number | undefined,
  follow: boolean,
  { err }: Io,
): AsyncGenerator<EventLine | Gap, void, undefined> {
  let last: EventLine | undefined;
  if (since !== undefined)
    for await (const line of master.events()) {
      if ('gap' in line) yield line;
      else {
        if (last === undefined && line.event.time > since && !isFirst(line, master))
          err(`the master keeps only the events since ${timeOfDay(line.event.time)}\n`);
        last = line;
        if (line.event.time >= since) yield line;
      }
    }
  if (!follow) return;
  // Where nothing was kept, all that is kept by then has come since.
  yield* master.events(since === undefined ? { last: 0, follow } : { since: last?.id, follow });
}

/** Whether there was none before it: of the cluster that is recorded, which may have begun after others, or of the master. */
const isFirst = ({ id, event }: EventLine, { cluster }: Master): boolean =>
  cluster === undefined ? id === 1 : event.seq === 1;

/** A master that ends, ends the stream, and that is no failure where it is followed. */
const copy = async (
  lines: AsyncIterable<EventLine | Gap>,
  write: (line: EventLine | Gap) => void,
  follow: boolean,
): Promise<void> => {
  try {
    for await (const line of lines) write(line);
  } catch (error) {
    if (!follow || !hasEnded(error)) throw error;
  }
};

type Configs = Record<string, Readonly<Record<string, unknown>>>;

/** Adds the options of a cluster that has begun since, before its first event is passed on. A master that has ended meanwhile does not tell them any more. */
async function* withConfigs(
  lines: AsyncIterable<EventLine | Gap>,
  config: Configs,
  master: Master,
): AsyncGenerator<EventLine | Gap, void, undefined> {
  const known = new Set(['', ...Object.keys(config)]);
  for await (const line of lines) {
    if ('event' in line && !known.has(line.event.cluster)) {
      known.add(line.event.cluster);
      Object.assign(config, await master.config().catch(() => ({})));
    }
    yield line;
  }
}

interface CountedRecording {
  /** The options of the clusters. */
  readonly config: Configs;
  readonly write: (line: EventLine | Gap) => void;
  /** Closes the file, says what is in it, and returns the exit code. */
  readonly end: () => number;
}

const open = async (file: string, config: Configs, size: string | undefined, io: Io): Promise<CountedRecording> => {
  const { openRecording } = await import('../../record.js');
  let [events, missing] = [0, 0];
  let code: number = exitCodes.ok;
  const recording = openRecording(file, {
    // It is checked there.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    size: size as RecordOptions['size'],
    config,
    report: ({ message }) => {
      code = exitCodes.failed;
      // The last events are written when the command has returned its code.
      process.exitCode = code;
      io.err(`${io.paint('yellow', '!')} ${harmless(message)}\n`);
    },
  });
  return {
    config,
    write: (line) => {
      if ('gap' in line) {
        const count = line.gap.to - line.gap.from + 1;
        missing += count;
        recording.lost(count, 'the master does not keep them any more');
      } else {
        events += 1;
        recording.add(line.event);
      }
    },
    end: () => {
      recording.close();
      const gap = missing === 0 ? '' : `; ${missing} are missing, because the master does not keep them any more`;
      io.out(`${harmless(file)}: ${plural(events, 'event')}${gap}\n`);
      return code;
    },
  };
};
