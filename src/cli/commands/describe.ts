import type { Master, MasterReport } from '../../client.js';
import type { ClusterStatus, SlotStatus, WorkerStatus } from '../../status.js';
import type { Command, Io } from '../command.js';
import { eachMaster } from '../eachMaster.js';
import { exitCodes } from '../exitCodes.js';
import { harmless } from '../harmless.js';
import { columns as twoColumns } from '../help.js';
import { numberOption } from '../readOption.js';
import { selectMasters, selectOptions, targetAnd } from '../select.js';
import { type Column, table } from '../table.js';
import { bytes, duration, percent, plural, shortDuration, timeOfDay } from '../units.js';
import { place, stateColour, troubleOf } from '../words.js';

export const describe: Command = {
  name: 'describe',
  aliases: ['show'],
  summary: 'Shows a cluster, its slots and workers, and its last decisions with their reasons.',
  usage: '[target]',
  options: {
    slot: { value: 'N', text: 'Everything about this slot and its workers.' },
    config: { text: 'The options of the cluster, with secrets masked.' },
    json: { text: 'Print JSON.' },
    ...selectOptions,
  },
  examples: [
    ['describe', 'the only master that runs'],
    ['describe web --slot 2', 'one slot'],
    ['describe web --config', 'with which options it runs'],
  ],
  run: async (input, io) => {
    const { target } = targetAnd('describe', input, []);
    const slot = numberOption(input, 'slot', 1);
    const json = input.options['json'] === true;
    return eachMaster(await selectMasters(input, target, io), io, async (master) => {
      if (input.options['config'] === true) io.out(`${JSON.stringify(await master.config(), undefined, 2)}\n`);
      else await describeOne(master, slot, json, io);
      return exitCodes.ok;
    });
  },
};

const describeOne = async (master: Master, slot: number | undefined, json: boolean, io: Io): Promise<void> => {
  if (slot !== undefined) await master.workers({ slot });
  const report = await master.status();
  const clusters = report.clusters.filter(({ slots }) => slot === undefined || slots.some((one) => one.slot === slot));
  if (json) {
    const shown =
      slot === undefined ? report : clusters.flatMap(({ slots }) => slots.filter((one) => one.slot === slot));
    io.out(`${JSON.stringify(shown, undefined, 2)}\n`);
    return;
  }
  const texts = clusters.map((cluster) =>
    slot === undefined
      ? clusterText(report, cluster, io)
      : cluster.slots
          .filter((one) => one.slot === slot)
          .map((one) => slotText(report, cluster, one, io))
          .join('\n'),
  );
  io.out(texts.join('\n'));
};

const clusterText = (report: MasterReport, cluster: ClusterStatus, io: Io): string => {
  const { paint } = io;
  const troubles = cluster.slots.flatMap((slot) => troubleOf(slot, report.time) ?? []);
  return [
    `${paint('bold', harmless(cluster.cluster))} ${paint(stateColour(cluster.phase), cluster.phase)}\n`,
    facts([
      ['master', `pid ${report.pid}, proteus-cluster ${report.version}`],
      ['workers', `${cluster.ready} of ${cluster.size} ready${standbyText(cluster)}`],
      ['uptime', duration(report.time - cluster.startedAt)],
      ['restarts', `${cluster.restarts}${lastRollText(cluster)}`],
      ['crashes', String(cluster.crashes)],
      ...(cluster.roll === undefined
        ? []
        : [
            [
              'restarting',
              `restart ${cluster.roll.roll}: ${cluster.roll.replaced.length} of ${plural(cluster.roll.slots.length, 'slot')} replaced`,
            ] as const,
          ]),
    ]),
    `\n${table(columnsOf(report.time), rowsOf(cluster), io)}`,
    troubles.length === 0
      ? ''
      : `\n${troubles.map((trouble) => `${paint('yellow', '!')} ${harmless(trouble)}\n`).join('')}`,
    decisionsText(cluster, io),
  ].join('');
};

const facts = (rows: readonly (readonly [string, string])[]): string =>
  twoColumns(rows.map(([name, text]) => [name, harmless(text)]))
    .join('\n')
    .concat('\n');

const standbyText = ({ standby }: ClusterStatus): string =>
  standby.length === 0 ? '' : `, ${standby.length} on standby`;

const lastRollText = ({ lastRoll }: ClusterStatus): string => {
  if (lastRoll === undefined) return '';
  const { outcome, time, why } = lastRoll;
  return `; the last one ${outcome} at ${timeOfDay(time)}${why === undefined ? '' : `: ${why}`}`;
};

interface Row {
  readonly slot: SlotStatus;
  readonly worker: WorkerStatus | undefined;
  /** Whether it is the first row of its slot. */
  readonly first: boolean;
}

const rowsOf = ({ slots }: ClusterStatus): readonly Row[] =>
  slots.flatMap((slot): readonly Row[] =>
    slot.workers.length === 0
      ? [{ slot, worker: undefined, first: true }]
      : slot.workers.map((worker, at) => ({ slot, worker, first: at === 0 })),
  );

const columnsOf = (now: number): readonly Column<Row>[] => [
  { title: 'slot', cell: ({ slot, first }) => (first ? String(slot.slot) : ''), align: 'right' },
  {
    title: 'state',
    cell: ({ slot, worker }) => [worker?.state ?? slot.state, stateColour(worker?.state ?? slot.state)],
  },
  { title: 'worker', cell: ({ worker }) => String(worker?.id ?? ''), align: 'right', priority: 4 },
  { title: 'pid', cell: ({ worker }) => String(worker?.pid ?? ''), align: 'right', priority: 5 },
  {
    title: 'uptime',
    cell: ({ worker }) => (worker === undefined ? '' : shortDuration(now - worker.forkedAt)),
    align: 'right',
    priority: 6,
  },
  { title: 'restarts', cell: ({ slot, first }) => (first ? String(slot.restarts) : ''), align: 'right', priority: 1 },
  { title: 'crashes', cell: ({ slot, first }) => (first ? String(slot.crashes) : ''), align: 'right', priority: 3 },
  {
    title: 'memory',
    cell: ({ worker }) => (worker?.usage === undefined ? '' : bytes(worker.usage.rss)),
    align: 'right',
    priority: 2,
    optional: true,
  },
  { title: 'remarks', cell: ({ worker }) => remarksOf(worker), flexible: true, priority: 7 },
];

const remarksOf = (worker: WorkerStatus | undefined): string => {
  if (worker === undefined) return '';
  const marks = [
    ...(worker.leader === true ? ['leader'] : []),
    ...(worker.overloaded === true ? ['overloaded'] : []),
    ...(worker.why === undefined ? [] : [worker.why]),
  ];
  return marks.join(', ');
};

const slotText = (report: MasterReport, { cluster }: ClusterStatus, slot: SlotStatus, { paint }: Io): string => {
  const trouble = troubleOf(slot, report.time);
  return [
    `${paint('bold', `${harmless(cluster)} slot ${slot.slot}`)} ${paint(stateColour(slot.state), slot.state)}\n`,
    facts([
      ['generation', String(slot.generation)],
      ['restarts', String(slot.restarts)],
      ['crashes', String(slot.crashes)],
      ...(slot.lastExit === undefined
        ? []
        : [['last exit', `${timeOfDay(slot.lastExit.time)} ${slot.lastExit.text}`] as const]),
    ]),
    ...slot.workers.map(
      (worker) =>
        `\n${paint('bold', `worker ${worker.id}`)} ${paint(stateColour(worker.state), worker.state)}\n${facts(workerFacts(worker, report.time))}`,
    ),
    trouble === undefined ? '' : `\n${paint('yellow', '!')} ${harmless(trouble)}\n`,
  ].join('');
};

const workerFacts = (worker: WorkerStatus, now: number): readonly (readonly [string, string])[] => [
  ['pid', String(worker.pid ?? 'none')],
  ['generation', String(worker.generation)],
  ['uptime', duration(now - worker.forkedAt)],
  ['state', `${worker.state} for ${duration(now - worker.since)}${worker.why === undefined ? '' : `: ${worker.why}`}`],
  ...(worker.readyAt === undefined ? [] : [['ready after', duration(worker.readyAt - worker.forkedAt)] as const]),
  ...(worker.listens.length === 0 ? [] : [['listens on', worker.listens.map(place).join(', ')] as const]),
  ...(worker.leader === true ? [['leader', 'yes'] as const] : []),
  ...(worker.usage === undefined ? [] : [['memory', bytes(worker.usage.rss)] as const]),
  ...(worker.report === undefined
    ? []
    : [['event loop', `${percent(worker.report.eventLoop.utilization)} busy`] as const]),
];

const decisionsText = ({ decisions }: ClusterStatus, { paint }: Io): string => {
  if (decisions.length === 0) return '';
  const lines = decisions.map(({ time, level, text, reason }) => {
    const why = reason === undefined || text.includes(reason) ? '' : ` (${reason})`;
    const line = `  ${timeOfDay(time)}  ${harmless(`${text}${why}`)}`;
    return level === 'error' ? paint('red', line) : line;
  });
  return `\n${paint('bold', 'last decisions')}\n${lines.join('\n')}\n`;
};
