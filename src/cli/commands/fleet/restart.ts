import { randomUUID } from 'node:crypto';
import { hostname, userInfo } from 'node:os';
import type { Command, Input } from '../../command.js';
import { exitCodes } from '../../exitCodes.js';
import { followRestart } from '../../fleet/followRestart.js';
import { fleetOptions, type OpenFleet, withFleet } from '../../fleet/openFleet.js';
import { members$ } from '../../fleet/readFleet.js';
import { planText } from '../../fleet/rollText.js';
import { requiredService } from '../../fleet/words.js';
import { harmless } from '../../harmless.js';
import { durationOption, numberOption, textOption } from '../../readOption.js';
import { plural } from '../../units.js';

export const fleetRestart: Command = {
  name: 'fleet restart',
  summary: 'Restarts a service on all hosts: canary hosts, a soak, then in batches.',
  usage: '<service>',
  details: `Each host replaces its workers one after the other. The first failure halts the restart; a host that cannot be
reached counts as failed. The plan is kept in NATS and the hosts carry it out, so it goes on after Ctrl-C or when
this process dies. The exit code is 1 if it was halted or aborted. See docs/fleet.md.`,
  options: {
    canary: { value: 'N', text: 'So many hosts first. Default: 1.' },
    batch: { value: 'N', text: 'Then so many at a time. Default: 1.' },
    soak: { value: 'time', text: 'How long the canary hosts are watched: 30s, 5m; 0 for not. Default: 60s.' },
    'host-timeout': { value: 'time', text: 'How long one host may take. Default: 5m.' },
    'max-failures': { value: 'N', text: 'So many hosts may fail; a canary host never. Default: 0.' },
    'max-crashes': { value: 'N', text: 'So many crashes a host may have after its restart. Default: 0.' },
    'max-p99': { value: 'ms', text: 'The 99th percentile of requests up to which a host is healthy.' },
    hosts: { value: 'names', text: 'These hosts in this order, separated by commas. Default: all, by name.' },
    'dry-run': { text: 'Show which hosts would be restarted together, and restart nothing.' },
    json: { text: 'Print each state of the restart as JSON, one a line.' },
    ...fleetOptions,
  },
  examples: [
    ['fleet restart shop --canary 1 --batch 2 --soak 60s', 'one host, a minute, then two at a time'],
    ['fleet restart shop --dry-run', 'what would happen'],
    ['fleet restart shop --hosts web3,web4', 'only these'],
  ],
  run: async (input, io) => {
    const service = requiredService('fleet restart', input);
    const restart = {
      id: randomUUID(),
      service,
      by: userName(),
      plan: planOf(input),
      hosts: listOption(input, 'hosts'),
    };
    const json = input.options['json'] === true;
    return withFleet(input, io, async (open) => {
      const { fleet, store } = open;
      if (input.options['dry-run'] === true) {
        io.out(await dryRun(open, restart, json));
        return exitCodes.ok;
      }
      return followRestart(open, fleet.fleetRestart(store, members$(open), restart), json, io);
    });
  },
};

const planOf = (input: Input) => ({
  canary: numberOption(input, 'canary', 1),
  batch: numberOption(input, 'batch', 1),
  soak: textOption(input, 'soak') === '0' ? 0 : durationOption(input, 'soak'),
  hostTimeout: durationOption(input, 'host-timeout'),
  maxFailures: numberOption(input, 'max-failures', 0),
  maxCrashes: numberOption(input, 'max-crashes', 0),
  maxP99: numberOption(input, 'max-p99', 1),
});

const listOption = (input: Input, name: string): readonly string[] | undefined =>
  textOption(input, name)
    ?.split(',')
    .map((word) => word.trim())
    .filter((word) => word !== '');

type Restart = Parameters<OpenFleet['fleet']['fleetRestart']>[2];

const dryRun = async (open: OpenFleet, restart: Restart, json: boolean): Promise<string> => {
  const { fleet, store, rx } = open;
  const roll = await rx.firstValueFrom(fleet.planFleetRestart(store, members$(open), restart));
  if (json) return `${JSON.stringify(roll)}\n`;
  const steps = fleet.stepsOf(roll).map((hosts, index) => {
    const title = index === 0 ? 'canary' : `batch ${index}`;
    return `  ${title.padEnd(8)}  ${harmless(hosts.join(', '))}\n`;
  });
  return `${harmless(roll.service)}: would restart ${plural(roll.hosts.length, 'host')}\n  ${planText(roll)}\n${steps.join('')}`;
};

/** Who asks for it, for the others. */
const userName = (): string => {
  try {
    return `${userInfo().username}@${hostname()}`;
  } catch {
    // A user without a name, as in some containers.
    return `uid ${process.getuid?.() ?? '?'}@${hostname()}`;
  }
};
