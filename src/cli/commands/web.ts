import { connect, type Master, masters } from '../../client.js';
import type { MasterPlace, ServedMasters } from '../../web.js';
import type { Command, Input, Io } from '../command.js';
import { exitCodes } from '../exitCodes.js';
import { fleetOptions, fleetSettings } from '../fleet/openFleet.js';
import { untilInterrupted } from '../interrupt.js';
import { numberOption, textOption } from '../readOption.js';
import { remoteOptions, selectMasters, targetAnd } from '../select.js';
import { UsageError } from '../usageError.js';

export const web: Command = {
  name: 'web',
  summary: 'Shows masters on a web page of this machine.',
  usage: '[target]',
  details: `Prints a link that opens the page, with a secret in it, and serves the page until Ctrl-C. Without a target it
shows all masters of this user, also those that start later. From another machine: ssh -L 9700:127.0.0.1:9700.
With a fleet, named like for proteus fleet ls, the page also shows its hosts and their restarts.`,
  options: {
    port: { short: 'p', value: 'port', text: 'The port, on loopback. Default: any free one.' },
    'read-only': { text: 'Without actions.' },
    ...remoteOptions,
    ...fleetOptions,
  },
  examples: [
    ['web', 'all masters'],
    ['web shop --port 9700', 'the master of this cluster'],
    ['web --read-only', 'to look only'],
    ['web --servers nats-1:4222 --fleet prod', 'the hosts of a fleet, too'],
  ],
  run: async (input, io) => {
    const port = portOf(input);
    const find = await finderOf(input, io);
    const fleet$ = await fleetOf(input, io);
    const { serveMasters } = await import('../../web.js');
    const { link } = await serveMasters({ port, readOnly: input.options['read-only'] === true, find, fleet$ });
    io.out(`${link}\n`);
    if (io.terminal) io.err('Open the link in a browser. Ctrl-C ends the page.\n');
    return untilInterrupted(
      () => new Promise<never>(() => {}),
      () => exitCodes.ok,
    );
  },
};

const maxPort = 65_535;

const portOf = (input: Input): number => {
  const port = numberOption(input, 'port', 0) ?? 0;
  if (port > maxPort) throw new UsageError(`--port: expected a port from 0 to ${maxPort}, got ${port}`);
  return port;
};

/** How the masters are found, each time somebody asks. Rejects where a target does not fit now. */
const finderOf = async (input: Input, io: Io): Promise<() => Promise<readonly MasterPlace[]>> => {
  const { target } = targetAnd('web', input, []);
  const url = textOption(input, 'url');
  if (url !== undefined) {
    await selectMasters(input, target, io);
    const place = { id: new URL(url).host, url: new URL(url), token: io.env['PROTEUS_TOKEN'] ?? '' };
    return async () => [place];
  }
  if (target === undefined) return async () => (await masters()).map(placeOf);
  const find = async () => [placeOf(await connect(target))];
  await find();
  // A master that has ended may start again.
  return () => find().catch(() => []);
};

const placeOf = ({ pid, at }: Master): MasterPlace => ({ id: String(pid ?? at.replaceAll('/', ' ')), path: at });

/** The options that name a fleet. */
const naming = ['servers', 'fleet', 'credentials', 'config'] as const;

/** The fleet that the command line names, or the configuration of the current folder, if it has one. */
const fleetOf = async (input: Input, io: Io): Promise<ServedMasters['fleet$']> => {
  try {
    const settings = await fleetSettings(input, io);
    const [{ natsStore, watchFleet }, { map }] = await Promise.all([import('../../fleet.js'), import('rxjs')]);
    return natsStore(settings, { create: false }).pipe(
      map((store) => ({ name: settings.name, state$: watchFleet(store) })),
    );
  } catch (error) {
    if (naming.some((name) => input.options[name] !== undefined)) throw error;
    // Without a configuration, or a fleet in it, nothing is missing.
    if (!(error instanceof UsageError))
      io.err(`The hosts of a fleet are not shown: ${error instanceof Error ? error.message : String(error)}\n`);
    return undefined;
  }
};
