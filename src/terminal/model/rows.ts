import { quantile } from '../../index.js';
import type { ClusterStatus, SlotStatus, WorkerStatus } from '../../status.js';
import { type MasterView, type Point, slotKey, type Target, type View } from './view.js';

/** What a row shows of the last second. */
interface Figures {
  readonly cpu?: number;
  readonly rss?: number;
  readonly loop?: number;
  readonly requests?: number;
  readonly p50?: number;
  readonly p99?: number;
}

/** A line of the table: a cluster, or a slot of the cluster above it. */
export interface Row {
  readonly key: string;
  readonly master: MasterView;
  readonly target: Target;
  readonly cluster: ClusterStatus;
  readonly slot?: SlotStatus;
  /** The worker of the slot that serves, or its youngest. */
  readonly worker?: WorkerStatus;
  readonly figures: Figures;
  /** In the state column. */
  readonly state: string;
  /** The time on the clock of its master. */
  readonly now: number;
}

/** A figure or a name by which rows are sorted; the first column of the table is `slot`. */
export const sortValues: Readonly<Record<string, (row: Row) => number | string | undefined>> = {
  slot: ({ slot, cluster }) => slot?.slot ?? cluster.cluster,
  state: ({ state }) => state,
  gen: ({ slot }) => slot?.generation,
  pid: ({ worker, master }) => worker?.pid ?? master.pid,
  up: ({ worker, cluster, slot, now }) =>
    slot === undefined ? now - cluster.startedAt : worker && now - worker.forkedAt,
  rst: ({ slot, cluster }) => (slot ?? cluster).restarts,
  crash: ({ slot, cluster }) => (slot ?? cluster).crashes,
  cpu: ({ figures }) => figures.cpu,
  rss: ({ figures }) => figures.rss,
  loop: ({ figures }) => figures.loop,
  'req/s': ({ figures }) => figures.requests,
  p50: ({ figures }) => figures.p50,
  p99: ({ figures }) => figures.p99,
};

/** The clusters and their slots, as they are sorted and filtered. A cluster is shown with those of its slots that fit the filter; all of them, if its name does. */
export const rowsOf = (view: View): readonly Row[] => {
  const clusters = view.masters.flatMap((master) => master.status.map((cluster) => clusterRow(view, master, cluster)));
  return sorted(view, clusters).flatMap((row) => {
    const slots = sorted(
      view,
      row.cluster.slots.map((slot) => slotRow(row, slot)),
    );
    const { filter } = view.look;
    if (fits(filter, row.cluster.cluster)) return [row].concat(slots);
    const fitting = slots.filter((slot) => fits(filter, wordsOf(slot)));
    return fitting.length === 0 ? [] : [row].concat(fitting);
  });
};

/** Whether each word of a filter occurs in a text, whatever its case. */
export const fits = (filter: string, text: string): boolean => {
  const searched = text.toLowerCase();
  return filter
    .toLowerCase()
    .split(' ')
    .every((word) => searched.includes(word));
};

const wordsOf = ({ cluster, slot, state, worker }: Row): string =>
  `${cluster.cluster}/${slot?.slot ?? ''} ${state} ${worker?.pid ?? ''}`;

const clusterRow = ({ now }: View, master: MasterView, cluster: ClusterStatus): Row => ({
  key: `${master.at}\n${cluster.cluster}`,
  master,
  target: { master: master.at, cluster: cluster.cluster },
  cluster,
  state: clusterState(master, cluster),
  figures: figuresOf(
    cluster.slots.flatMap(({ slot }) => lastPoint(master, cluster.cluster, slot, now + master.ahead) ?? []),
  ),
  now: now + master.ahead,
});

const clusterState = ({ connection }: MasterView, { phase }: ClusterStatus): string => {
  if (connection === 'ended' && phase !== 'ended') return 'lost';
  if (connection === 'silent') return 'no answer';
  return phase === 'shutting-down' ? 'stopping' : phase;
};

const slotRow = ({ key, master, target, cluster, now }: Row, slot: SlotStatus): Row => {
  const worker = slot.workers.find(({ state }) => state === 'available' || state === 'ready') ?? slot.workers.at(-1);
  const point = lastPoint(master, cluster.cluster, slot.slot, now);
  return {
    key: `${key}\n${slot.slot}`,
    master,
    target: { ...target, slot: slot.slot },
    cluster,
    slot,
    ...(worker !== undefined && { worker }),
    state: slotState(master, cluster, slot, worker),
    figures: point === undefined ? {} : figuresOf([point]),
    now,
  };
};

const slotState = (
  { connection }: MasterView,
  { phase }: ClusterStatus,
  slot: SlotStatus,
  worker: WorkerStatus | undefined,
): string => {
  if (phase === 'ended') return 'ended';
  if (connection === 'ended') return 'lost';
  return slot.state === 'running' || (slot.state === 'starting' && worker !== undefined)
    ? (worker?.state ?? slot.state)
    : slot.state;
};

/** Samples come each second. A worker that has none for so long has left. In ms. */
const freshMs = 3_000;

const lastPoint = (master: MasterView, cluster: string, slot: number, now: number): Point | undefined => {
  const point = master.history.get(slotKey(cluster, slot))?.at(-1);
  return point !== undefined && now - point.time < freshMs && master.samples.has(point.worker) ? point : undefined;
};

const figuresOf = (points: readonly Point[]): Figures => {
  const [cpu, rss, requests] = (['cpu', 'rss', 'requests'] as const).map((name) =>
    sum(points.map((point) => point[name])),
  );
  const loops = points.flatMap(({ loop }) => loop ?? []);
  const latencies = points.flatMap(({ counts }) => (counts === undefined ? [] : [{ counts }]));
  const p50 = quantile(0.5, ...latencies);
  const p99 = quantile(0.99, ...latencies);
  return {
    ...(cpu !== undefined && { cpu }),
    ...(rss !== undefined && { rss }),
    ...(requests !== undefined && { requests }),
    ...(loops.length > 0 && { loop: Math.max(...loops) }),
    ...(p50 !== undefined && { p50 }),
    ...(p99 !== undefined && { p99 }),
  };
};

const sum = (values: readonly (number | undefined)[]): number | undefined => {
  const known = values.filter((value) => value !== undefined);
  return known.length === 0 ? undefined : known.reduce((one, other) => one + other, 0);
};

/** What is not known comes last in both directions. */
const sorted = ({ look }: View, rows: readonly Row[]): readonly Row[] => {
  const { column, descending } = look.sort;
  const valueOf = sortValues[column] ?? (() => undefined);
  const direction = descending ? -1 : 1;
  return rows
    .map((row) => ({ row, value: valueOf(row) }))
    .toSorted(({ value: one }, { value: other }) => {
      if (one === undefined || other === undefined) return Number(one === undefined) - Number(other === undefined);
      return one === other ? 0 : one < other ? -direction : direction;
    })
    .map(({ row }) => row);
};
