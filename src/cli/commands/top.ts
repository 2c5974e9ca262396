import { statSync } from 'node:fs';
import { connect, type Master, masters } from '../../client.js';
import type { Place } from '../../terminal.js';
import type { Command, Input, Io } from '../command.js';
import { exitCodes } from '../exitCodes.js';
import { hangUp } from '../hangUp.js';
import { harmless } from '../harmless.js';
import { playedEvents } from '../playedEvents.js';
import { remoteOptions, selectMasters, targetAnd } from '../select.js';
import { wantsColour } from '../style.js';
import { UsageError } from '../usageError.js';

export const top: Command = {
  name: 'top',
  aliases: ['monit'],
  summary: 'Shows services, slots, diagrams, decisions and logs live, and operates them.',
  usage: '[target | recording]',
  details: `All masters, those that start meanwhile too, or the one of the target. The keys are shown; ? lists all.
Restart, scale, pause and stop ask before they do something. A file of proteus record is played: space pauses
and goes on, . steps to the next event, < and > change the speed.`,
  options: {
    all: { short: 'a', text: 'All masters: the default.' },
    ...remoteOptions,
  },
  examples: [
    ['top', 'all clusters of all masters'],
    ['top web', 'only this cluster'],
    ['top incident.jsonl', 'a recording'],
  ],
  run: async (input, io) => {
    const { target } = targetAnd('top', input, []);
    const { stdin, stdout } = process;
    const { TERM: term = '' } = io.env;
    if (!stdin.isTTY || !stdout.isTTY || term === 'dumb' || term === '')
      throw new UsageError(
        `top: expected a terminal, got ${stdin.isTTY && stdout.isTTY ? `TERM=${term}` : `no terminal as ${stdout.isTTY ? 'stdin' : 'stdout'}`}. In a pipe use proteus ls, proteus stats or proteus events`,
      );
    const place = { stdin, stdout, coloured: wantsColour(stdout.isTTY, io.env), unicode: isUnicode(io) };
    const why = isRecording(target)
      ? await play(target, place, io)
      : await live(await finder(input, target, io), place);
    // The shell should see what ended it.
    if (why === 'closed') hangUp();
    else if (why !== 'quit') process.kill(process.pid, why);
    return exitCodes.ok;
  },
};

const live = async (find: () => Promise<readonly Master[]>, place: Place) => {
  const { top: show } = await import('../../terminal.js');
  return show({ find, ...place });
};

/** A socket is no regular file. */
const isRecording = (target: string | undefined): target is string =>
  target !== undefined && (target.endsWith('.jsonl') || statSync(target, { throwIfNoEntry: false })?.isFile() === true);

/** What can be read of a damaged recording is played. */
const play = async (file: string, place: Place, { err }: Io) => {
  const { events, damage } = await playedEvents(file);
  const { playRecording } = await import('../../terminal.js');
  const why = await playRecording({ file, events, ...place });
  if (damage !== undefined) err(`${harmless(damage.message)}\n`);
  return why;
};

/** A master that has not answered for so long is shown as silent. */
const longestWaitMs = 2_000;

/** All masters, or the one that the command line selects; when that has ended, the next one that fits. */
const finder = async (input: Input, target: string | undefined, io: Io): Promise<() => Promise<readonly Master[]>> => {
  if (target === undefined && input.options['url'] === undefined) return () => masters({ timeout: longestWaitMs });
  let chosen = await selectMasters(input, target, io);
  if (target === undefined) return async () => chosen;
  return async () => {
    const running = await masters();
    if (!chosen.some(({ at }) => running.some((master) => master.at === at)))
      chosen = await connect(target).then(
        (master) => [master],
        () => [],
      );
    return chosen;
  };
};

/** A locale that names another encoding. Where none is set, as in many containers, the terminal is usually in UTF-8. */
const isUnicode = ({ env: { LC_ALL = '', LC_CTYPE = '', LANG = '' } }: Io): boolean => {
  const locale = [LC_ALL, LC_CTYPE, LANG].find((value) => value !== '');
  return locale === undefined || /utf-?8/i.test(locale);
};
