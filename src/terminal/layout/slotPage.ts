import { quantile } from '../../index.js';
import type { Row } from '../model/rows.js';
import { type Life, type Point, slotKey, type View } from '../model/view.js';
import { span } from '../screen/frame.js';
import { plainText } from '../screen/plainText.js';
import type { Context } from './context.js';
import { marbleLegend, marbleLines } from './marbles.js';
import { ruled } from './ruled.js';
import { decisionLines, logLines } from './sentences.js';
import { secondsOf, sparkline, topOf } from './sparkline.js';
import { levelStyle, stateStyle } from './stateStyle.js';
import type { Lines } from './table.js';
import { age, latency, memory, percent, rate, timeOfDay } from './units.js';

interface Graph {
  readonly title: string;
  readonly value: (point: Point) => number | undefined;
  readonly text: (value: number) => string;
  readonly least: number;
}

const graphs: readonly Graph[] = [
  { title: 'cpu', value: ({ cpu }) => cpu, text: percent, least: 0.2 },
  { title: 'rss', value: ({ rss }) => rss, text: memory, least: 100 * 1_048_576 },
  { title: 'loop', value: ({ loop }) => loop, text: percent, least: 0.2 },
  { title: 'req/s', value: ({ requests }) => requests, text: rate, least: 10 },
  {
    title: 'p99',
    value: ({ counts }) => (counts === undefined ? undefined : quantile(0.99, { counts })),
    text: latency,
    least: 10,
  },
];

/** One slot: its worker, its history, the lives of its workers, its diagram, decisions and logs. */
export const slotPage = (view: View, row: Row, height: number, context: Context): Lines => {
  const { slot, cluster, master, worker, now } = row;
  if (slot === undefined) return [];
  const { filter, window, back, pane } = view.look;
  const points = master.history.get(slotKey(cluster.cluster, slot.slot)) ?? [];
  const ofSlot = { master, cluster: cluster.cluster, slot: slot.slot, window, now };
  const lives = master.lives.filter((life) => life.cluster === cluster.cluster && life.worker.slot === slot.slot);
  const head: Lines = [
    [
      span(` ${plainText(cluster.cluster, 40)} slot ${slot.slot} `, 'bold'),
      span(row.state, stateStyle(row.state)),
      span(whyOf(row), 'dim'),
    ],
    ...(worker === undefined
      ? []
      : [
          [
            span(
              ` worker ${worker.id}, generation ${worker.generation}, pid ${worker.pid ?? '-'}, up ${age(now - worker.forkedAt)}${listensOf(row)}`,
            ),
          ],
        ]),
    ...graphs.map((graph) => graphLine(graph, points, now, context)),
  ];
  const decisions = master.decisions.filter(
    (decision) => decision.cluster === cluster.cluster && decision.slot === slot.slot,
  );
  const records = view.logs.records.filter(
    ({ worker: writer }) => writer.cluster === cluster.cluster && writer.slot === slot.slot,
  );
  const room = Math.max(0, height - head.length);
  const share = Math.max(2, Math.floor(room / 4));
  const wide = (name: typeof pane) => (pane === name ? room : share);
  const parts: readonly Lines[] = [
    pane === 'all' ? [ruled('lives', context), ...lifeLines(lives, now).slice(1 - Math.max(leastLives, share))] : [],
    pane === 'all' || pane === 'marbles'
      ? [
          ruled(`marbles ${age(window)}`, context, marbleLegend),
          ...marbleLines(ofSlot, wide('marbles') - 1, context).lines,
        ]
      : [],
    pane === 'all' || pane === 'decisions'
      ? [ruled('decisions', context), ...decisionLines(decisions, { filter, height: wide('decisions') - 1, back })]
      : [],
  ];
  const above = [...head, ...parts.flat()];
  const left = height - above.length - 1;
  return pane === 'all' || pane === 'logs'
    ? [...above, ruled('logs', context), ...logLines(records, { filter, height: Math.max(0, left), back })]
    : above;
};

const whyOf = ({ slot, worker, now }: Row): string => {
  if (slot?.state === 'backoff')
    return slot.until === undefined ? '  gets no new worker' : `  next worker in ${age(Math.max(0, slot.until - now))}`;
  return worker?.why === undefined ? '' : `  ${plainText(worker.why, 200)}`;
};

const listensOf = ({ worker }: Row): string => {
  const places = (worker?.listens ?? []).slice(0, 3).map(({ address, port }) => `${address ?? '*'}:${port ?? ''}`);
  return places.length === 0 ? '' : `, listens on ${plainText(places.join(', '))}`;
};

/** The title, a life with its end, and the worker that runs. */
const leastLives = 4;

const titleWidth = 7;
const valueWidth = 7;

const graphLine = (
  { title, value, text, least }: Graph,
  points: readonly Point[],
  now: number,
  { width, glyphs }: Context,
) => {
  const length = Math.max(10, Math.min(120, width - titleWidth - 3 * valueWidth - 8));
  const values = secondsOf(points, length, now, value);
  const known = values.filter((one) => one !== undefined);
  const last = values.at(-1);
  const range = known.length === 0 ? '' : ` min ${text(Math.min(...known))} max ${text(Math.max(...known))}`;
  return [
    span(` ${title.padEnd(titleWidth - 1)}`, 'dim'),
    span(`${(last === undefined ? '-' : text(last)).padStart(valueWidth)} `),
    span(sparkline(values, topOf(values, least), glyphs), 'cyan'),
    span(range, 'dim'),
  ];
};

/** The latest last; how one has ended is on a line of its own. */
const lifeLines = (lives: readonly Life[], now: number): Lines =>
  lives.flatMap(({ worker, forkedAt, readyAt, why, exit }) => {
    const forked = why === undefined ? '' : ` (${why})`;
    const readiness = readyAt === undefined ? 'never ready' : `ready after ${latency(readyAt - forkedAt)}`;
    const lifetime = exit === undefined ? `lives for ${age(now - forkedAt)}` : `lived ${age(exit.time - forkedAt)}`;
    const life = [
      span(` ${timeOfDay(forkedAt)} `, 'dim'),
      span(`#${worker.id} gen ${worker.generation} pid ${worker.pid ?? '-'}`, 'bold'),
      span(`${forked}, ${readiness}, ${lifetime}`),
    ];
    if (exit === undefined) return [life];
    return [
      life,
      [span(` ${timeOfDay(exit.time)} `, 'dim'), span(plainText(withoutName(exit.text)), levelStyle(exit.level))],
    ];
  });

/** The line begins with the worker. */
const withoutName = (text: string): string => text.replace(/^worker \d+ \([^)]*\) /, '');
