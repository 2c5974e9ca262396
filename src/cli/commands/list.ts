import { ControlError, type Master, type MasterReport, masters } from '../../client.js';
import type { ClusterStatus } from '../../status.js';
import type { Command, Io } from '../command.js';
import { exitCodes } from '../exitCodes.js';
import { harmless } from '../harmless.js';
import { remoteOptions, selectMasters, targetAnd } from '../select.js';
import { type Column, table } from '../table.js';
import { bytes, plural, shortDuration } from '../units.js';
import { unreadText } from '../unreadText.js';
import { place, stateColour, troubleOf } from '../words.js';

export const list: Command = {
  name: 'list',
  aliases: ['ls', 'status', 'ps'],
  summary: 'Shows the clusters that run.',
  usage: '[target]',
  details: `One line for each cluster, and a line for each slot that is not as it should be. A narrow terminal shows
fewer columns. With --json it is a list with one entry for each master: what GET /v1/status answers.`,
  options: {
    json: { text: 'Print JSON.' },
    all: { short: 'a', text: 'All masters: the default.' },
    names: { text: 'Print only the names of the clusters, one a line.' },
    ...remoteOptions,
  },
  examples: [
    ['ls', 'all clusters of all masters'],
    ['ls web', 'only this cluster'],
    ['ls --json | jq .[].clusters[].ready', 'for scripts'],
  ],
  run: async (input, io) => {
    const { target } = targetAnd('list', input, []);
    const chosen =
      target === undefined && input.options['url'] === undefined
        ? await masters({ timeout: longestWaitMs })
        : await selectMasters(input, target, io);
    const reports = (await Promise.all(chosen.map(reportOf))).filter((report) => report !== undefined);
    const names = reports
      .flatMap(rowsOf)
      .flatMap(({ status }) => (status === undefined ? [] : `${harmless(status.cluster)}\n`));
    if (input.options['names'] !== true) io.err(unreadText(io));
    if (input.options['names'] === true) io.out(names.join(''));
    else if (input.options['json'] === true) io.out(`${JSON.stringify(reports, undefined, 2)}\n`);
    else if (reports.length === 0) io.out('No master runs. Start one: proteus start <file>\n');
    else io.out(listText(reports, io));
    return exitCodes.ok;
  },
};

/** A list should not wait for long for a master that hangs. */
const longestWaitMs = 2_000;

/** A master that does not answer: because its event loop is blocked, or it was stopped. */
interface Silent {
  readonly pid: number | undefined;
  readonly error: { readonly code: string; readonly message: string };
}

/** `undefined` for a master that has just ended. */
const reportOf = async (master: Master): Promise<MasterReport | Silent | undefined> => {
  try {
    return await master.status();
  } catch (error) {
    if (!(error instanceof ControlError)) throw error;
    const { code, message } = error;
    const ended = (code === 'unreachable' || code === 'ended') && !(await stillRuns(master));
    return ended ? undefined : { pid: master.pid, error: { code, message } };
  }
};

/** A master that closes connections because it has too many is still there. */
const stillRuns = async ({ at }: Master): Promise<boolean> => (await masters()).some((one) => one.at === at);

interface Row {
  readonly cluster: string;
  readonly pid: number | undefined;
  readonly state: string;
  readonly status?: ClusterStatus;
  readonly now?: number;
}

const rowsOf = (report: MasterReport | Silent): readonly Row[] =>
  'error' in report
    ? [{ cluster: '?', pid: report.pid, state: 'no answer' }]
    : report.clusters.map((status) => ({
        cluster: status.cluster,
        pid: report.pid,
        state: status.phase,
        status,
        now: report.time,
      }));

const ofStatus =
  (text: (status: ClusterStatus, now: number) => string) =>
  ({ status, now = 0 }: Row) =>
    status === undefined ? '' : text(status, now);

/** Of all workers that have been sampled. */
const memoryOf = ({ slots }: ClusterStatus): string => {
  const known = slots.flatMap(({ workers }) =>
    workers.flatMap(({ usage }) => (usage === undefined ? [] : [usage.rss])),
  );
  return known.length === 0 ? '' : bytes(known.reduce((sum, rss) => sum + rss, 0));
};

const maxPlaces = 3;

const listensOf = ({ slots }: ClusterStatus): string => {
  const places = [...new Set(slots.flatMap(({ workers }) => workers.flatMap(({ listens }) => listens.map(place))))];
  return places.length <= maxPlaces
    ? places.join(', ')
    : `${places.slice(0, maxPlaces).join(', ')} and ${places.length - maxPlaces} more`;
};

const columns: readonly Column<Row>[] = [
  { title: 'cluster', cell: ({ cluster }) => [cluster, 'bold'], flexible: true },
  { title: 'pid', cell: ({ pid }) => String(pid ?? ''), align: 'right', priority: 5 },
  { title: 'state', cell: ({ state }) => [state, stateColour(state)], priority: 7 },
  {
    title: 'ready',
    cell: ({ status }) =>
      status === undefined
        ? ''
        : [
            `${status.ready}/${status.size}`,
            status.ready < status.size && status.phase !== 'ended' ? 'yellow' : 'green',
          ],
    align: 'right',
  },
  { title: 'restarts', cell: ofStatus(({ restarts }) => String(restarts)), align: 'right', priority: 2 },
  {
    title: 'crashes',
    cell: ({ status }) =>
      status === undefined || status.crashes === 0 ? String(status?.crashes ?? '') : [String(status.crashes), 'yellow'],
    align: 'right',
    priority: 4,
  },
  { title: 'memory', cell: ofStatus(memoryOf), align: 'right', priority: 3, optional: true },
  {
    title: 'uptime',
    cell: ofStatus(({ startedAt, phase }, now) => (phase === 'ended' ? '' : shortDuration(now - startedAt))),
    align: 'right',
    priority: 6,
  },
  { title: 'listens on', cell: ofStatus(listensOf), priority: 1, optional: true },
];

const listText = (reports: readonly (MasterReport | Silent)[], { width, paint }: Io): string => {
  const rows = reports.flatMap(rowsOf);
  const remarks = reports.flatMap(remarksOf).map((remark) => `${paint('yellow', '!')} ${harmless(remark)}\n`);
  return `${table(columns, rows, { width, paint })}${remarks.length === 0 ? '' : `\n${remarks.join('')}`}`;
};

const maxRemarks = 8;

const remarksOf = (report: MasterReport | Silent): readonly string[] => {
  if ('error' in report) {
    const { pid = '?', error } = report;
    return error.code === 'ended'
      ? [`pid ${pid} closes connections before it answers: too many are open, or it ends`]
      : [
          `pid ${pid} does not answer: its event loop is blocked, or the process is stopped. If it is stopped, proteus signal ${pid} CONT continues it`,
        ];
  }
  const all = report.clusters
    .filter(({ phase }) => phase !== 'ended')
    .flatMap(({ cluster, slots }) =>
      slots
        .map((slot) => troubleOf(slot, report.time))
        .flatMap((trouble) => (trouble === undefined ? [] : [`${cluster}: ${trouble}`])),
    );
  return all.length <= maxRemarks
    ? all
    : [...all.slice(0, maxRemarks), `and ${plural(all.length - maxRemarks, 'slot')} more`];
};
