import { connect, type Master, masters } from '../../client.js';
import type { Command, Input, Io } from '../command.js';
import { exitCodes } from '../exitCodes.js';
import { remoteOptions, selectMasters, targetAnd } from '../select.js';
import { wantsColour } from '../style.js';
import { UsageError } from '../usageError.js';

export const top: Command = {
  name: 'top',
  aliases: ['monit'],
  summary: 'Shows services, slots, diagrams, decisions and logs live, and operates them.',
  usage: '[target]',
  details: `All masters, those that start meanwhile too, or the one of the target. The keys are shown; ? lists all.
Restart, scale, pause and stop ask before they do something.`,
  options: {
    all: { short: 'a', text: 'All masters: the default.' },
    ...remoteOptions,
  },
  examples: [
    ['top', 'all clusters of all masters'],
    ['top web', 'only this cluster'],
  ],
  run: async (input, io) => {
    const { target } = targetAnd('top', input, []);
    const { stdin, stdout } = process;
    const { TERM: term = '' } = io.env;
    if (!stdin.isTTY || !stdout.isTTY || term === 'dumb' || term === '')
      throw new UsageError(
        `top: expected a terminal, got ${stdin.isTTY && stdout.isTTY ? `TERM=${term}` : `no terminal as ${stdout.isTTY ? 'stdin' : 'stdout'}`}. In a pipe use proteus ls, proteus stats or proteus events`,
      );
    const find = await finder(input, target, io);
    const { top: show } = await import('../../terminal.js');
    const why = await show({
      stdin,
      stdout,
      find,
      coloured: wantsColour(stdout.isTTY, io.env),
      unicode: isUnicode(io),
    });
    // The shell should see what ended it.
    if (why !== 'quit' && why !== 'closed') process.kill(process.pid, why);
    return exitCodes.ok;
  },
};

/** All masters, or the one that the command line selects; when that has ended, the next one that fits. */
const finder = async (input: Input, target: string | undefined, io: Io): Promise<() => Promise<readonly Master[]>> => {
  if (target === undefined && input.options['url'] === undefined) return masters;
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
