import type { Row } from '../model/rows.js';
import type { View } from '../model/view.js';
import { type Span, span } from '../screen/frame.js';
import { plainText } from '../screen/plainText.js';
import type { Context } from './context.js';
import type { Lines } from './table.js';
import { age, memory, percent, rate, timeOfDay } from './units.js';

/** The first line: all clusters together, and the time. */
export const headerLine = (view: View, rows: readonly Row[], { width }: Context): readonly Span[] => {
  const clusters = rows.filter(({ slot, master }) => slot === undefined && master.connection !== 'ended');
  const running = view.masters.filter(({ connection }) => connection !== 'ended').length;
  const total = (pick: (row: Row) => number | undefined) => clusters.reduce((sum, row) => sum + (pick(row) ?? 0), 0);
  const ready = total(({ cluster }) => cluster.ready);
  const size = total(({ cluster }) => cluster.size);
  const parts: readonly Span[] = [
    span(' proteus top', 'bold'),
    span(view.player === undefined ? `  ${plural(running, 'master')}, ${plural(clusters.length, 'cluster')}` : ''),
    span(`  ${ready}/${size} ready`, ready < size ? 'yellow' : 'green'),
    span(`  cpu ${percent(total(({ figures: { cpu } }) => cpu))}`),
    span(`  rss ${memory(total(({ figures: { rss } }) => rss))}`),
    span(`  ${rate(total(({ figures: { requests } }) => requests))} req/s`),
  ];
  const time = `${timeOfDay(view.now)} `;
  const used = parts.reduce((sum, { text }) => sum + text.length, 0);
  const space = width - used - time.length;
  return space < 1 ? parts : [...parts, span(' '.repeat(space)), span(time, 'dim')];
};

const plural = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`;

const barWidth = 20;

/** A line for each restart that runs, and one for each master that does not answer. */
export const noticeLines = (view: View, { glyphs }: Context): Lines => [
  ...view.masters.flatMap(({ status, ahead, connection }) =>
    connection === 'ended'
      ? []
      : status.flatMap(({ cluster, roll }) => {
          if (roll === undefined) return [];
          const [done, all] = [roll.replaced.length, roll.slots.length];
          const full = all === 0 ? 0 : Math.round((done / all) * barWidth);
          return [
            [
              span(` ${plainText(cluster, 40)} restart ${roll.roll} `, 'bold'),
              span(glyphs.full.repeat(full), 'green'),
              span(glyphs.empty.repeat(barWidth - full), 'dim'),
              span(` ${done} of ${all} slots replaced, since ${age(view.now + ahead - roll.since)}`),
            ],
          ];
        }),
  ),
  ...view.masters.flatMap(({ connection, pid, at, since, status }) => {
    if (connection === 'connected' || connection === 'connecting') return [];
    const names = status.map(({ cluster }) => plainText(cluster, 40)).join(', ');
    const what = connection === 'ended' ? 'has ended' : 'does not answer';
    return [
      [
        span(
          ` ${names === '' ? 'a master' : names} (${pid === undefined ? plainText(at) : `pid ${pid}`}): the master ${what}, no data for ${age(view.now - since)}`,
          'red',
        ),
      ],
    ];
  }),
];
