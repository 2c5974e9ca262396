import type { EventLine, EventQuery, Gap, Master } from '../../client.js';
import type { Command, Io } from '../command.js';
import { followAll } from '../follow.js';
import { choiceOption, numberOption, textOption } from '../readOption.js';
import { eventText } from '../recordText.js';
import { selectMasters, selectOptions, targetAnd } from '../select.js';

const levels = ['trace', 'debug', 'info', 'warn', 'error'] as const;
const usualEvents = 20;

export const events: Command = {
  name: 'events',
  summary: 'Shows what a master has decided, and why.',
  usage: '[target]',
  details: `The master keeps the last 10,000 events. Each has an id, which --json shows and --since continues from.`,
  options: {
    follow: { short: 'f', text: 'Go on with the events that come.' },
    last: { short: 'n', value: 'N', text: `So many events first. Default: ${usualEvents}.` },
    since: { value: 'id', text: 'The events after the one with this id.' },
    type: { value: 'types', text: 'Only these types, separated by commas: exit,backoff. See docs/events.md.' },
    level: {
      value: 'level',
      text: 'Only this level and higher ones. Default: info; with --json trace.',
      choices: levels,
    },
    slot: { value: 'N', text: 'Only of this slot.' },
    json: { text: 'Print JSON, one event a line.' },
    ...selectOptions,
  },
  examples: [
    ['events -f', 'the last events, and those that come'],
    ['events web --type exit,backoff,hung', 'what went wrong'],
    ['events --since 4711 --json', 'for scripts'],
  ],
  run: async (input, io) => {
    const { target } = targetAnd('events', input, []);
    const json = input.options['json'] === true;
    const least = levels.indexOf(choiceOption(input, 'level', levels) ?? (json ? 'trace' : 'info'));
    const since = numberOption(input, 'since', 0);
    const last = numberOption(input, 'last', 0) ?? (since === undefined ? usualEvents : Infinity);
    const query = { since, type: textOption(input, 'type')?.split(','), slot: numberOption(input, 'slot', 1) };
    const follow = input.options['follow'] === true;
    const tell = json ? asJson(io) : asText(io);
    return followAll(
      await selectMasters(input, target, io),
      io,
      follow,
      (master) => lastOf(master, query, { last, follow, shown: (line) => levels.indexOf(line.level) >= least }),
      tell,
    );
  },
};

interface Wanted {
  readonly last: number;
  readonly follow: boolean;
  readonly shown: (line: EventLine) => boolean;
}

/** The last events that are shown, and then those that come. The server counts events of all levels, so it is asked for all that it has. */
async function* lastOf(
  master: Master,
  query: EventQuery,
  { last, follow, shown }: Wanted,
): AsyncGenerator<EventLine | Gap> {
  const kept: (EventLine | Gap)[] = [];
  let lastId = query.since;
  for await (const line of master.events(query)) {
    if ('gap' in line) {
      lastId = line.gap.to;
      kept.push(line);
    } else {
      lastId = line.id;
      if (shown(line)) kept.push(line);
    }
    if (kept.length > last) kept.shift();
  }
  yield* kept;
  if (!follow) return;
  // Where nothing fitted, all that fits by then has come since.
  for await (const line of master.events({ ...query, since: lastId, follow: true }))
    if ('gap' in line || shown(line)) yield line;
}

const asJson =
  ({ out }: Io) =>
  (line: EventLine | Gap): void =>
    out(`${JSON.stringify(line)}\n`);

const asText =
  ({ out, err, paint }: Io) =>
  (line: EventLine | Gap): void =>
    'gap' in line
      ? err(`The events ${line.gap.from} to ${line.gap.to} are not kept any more.\n`)
      : out(eventText(line, paint));
