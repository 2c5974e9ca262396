import type { Command } from './command.js';
import { completion } from './commands/completion.js';
import { describe } from './commands/describe.js';
import { events } from './commands/events.js';
import { fleetAbort } from './commands/fleet/abort.js';
import { fleetEvents } from './commands/fleet/events.js';
import { fleetList } from './commands/fleet/list.js';
import { fleetLogs } from './commands/fleet/logs.js';
import { fleetRestart } from './commands/fleet/restart.js';
import { fleetResume } from './commands/fleet/resume.js';
import { fleetStatus } from './commands/fleet/status.js';
import { fleetTop } from './commands/fleet/top.js';
import { init } from './commands/init.js';
import { list } from './commands/list.js';
import { logs } from './commands/logs.js';
import { marbles } from './commands/marbles.js';
import { pause, resume } from './commands/pause.js';
import { ping } from './commands/ping.js';
import { record } from './commands/record.js';
import { rehearse } from './commands/rehearse.js';
import { reproduce } from './commands/reproduce.js';
import { restart } from './commands/restart.js';
import { scale } from './commands/scale.js';
import { send } from './commands/send.js';
import { signal } from './commands/signal.js';
import { startup } from './commands/startup.js';
import { start } from './commands/start.js';
import { stats } from './commands/stats.js';
import { stop } from './commands/stop.js';
import { top } from './commands/top.js';
import { web } from './commands/web.js';
import type { Group } from './help.js';

const usual: readonly Group[] = [
  { title: 'Run', commands: [start, stop, restart, scale] },
  { title: 'Look', commands: [list, describe, top, logs, events, marbles, record, stats, web, ping] },
  { title: 'Workers', commands: [pause, resume, signal, send] },
  { title: 'Recordings', commands: [reproduce, rehearse] },
  {
    title: 'Many hosts',
    family: 'fleet',
    commands: [fleetList, fleetTop, fleetLogs, fleetEvents, fleetRestart, fleetStatus, fleetResume, fleetAbort],
  },
  { title: 'Set up', commands: [init, startup] },
];

export const groups: readonly Group[] = [
  ...usual,
  { title: 'Shell', commands: [completion(usual.flatMap(({ commands }) => commands))] },
];

/** All commands. Nothing else is called by name. */
export const commands: readonly Command[] = groups.flatMap(({ commands }) => commands);

/** What people who know other process managers type, and what to use here. */
export const wordsOfOthers: Readonly<Record<string, string>> = {
  delete: 'proteus stop, after which nothing is left to delete',
  del: 'proteus stop, after which nothing is left to delete',
  kill: 'proteus stop --force',
  run: 'proteus start',
  flush: 'proteus signal HUP, which opens the log files again',
  reloadLogs: 'proteus signal HUP',
  save: 'proteus startup, which prints a systemd unit',
};
