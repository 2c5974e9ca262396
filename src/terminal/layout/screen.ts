import { type Row, rowsOf } from '../model/rows.js';
import { selectedRow } from '../model/pressKey.js';
import type { Decision, View } from '../model/view.js';
import { type Frame, frameOf, type Size, span } from '../screen/frame.js';
import type { Context } from './context.js';
import { footerLines } from './footer.js';
import type { GlyphSet } from './glyphSet.js';
import { headerLine, noticeLines } from './header.js';
import { helpLines } from './help.js';
import { marbleLegend, marbleLines } from './marbles.js';
import { plainText } from '../screen/plainText.js';
import { ruled } from './ruled.js';
import { decisionLines, logLines } from './sentences.js';
import { slotPage } from './slotPage.js';
import { type Lines, tableLines } from './table.js';
import { age } from './units.js';

/** Below this nothing is readable. */
const smallest: Size = { columns: 40, rows: 10 };

/** The screen for a view: whole lines, exactly as many as there are. */
export const screenOf = (view: View, size: Size, glyphs: GlyphSet): Frame => {
  const { columns, rows } = size;
  if (columns < smallest.columns || rows < smallest.rows)
    return frameOf(
      [
        [span(`proteus top: ${smallest.columns}x${smallest.rows} at least`)],
        [span(`this is ${columns}x${rows}; q quits`)],
      ],
      size,
    );
  const context: Context = { width: columns, glyphs };
  const fitting = rowsOf(view);
  const all = view.look.filter === '' ? fitting : rowsOf({ ...view, look: { ...view.look, filter: '' } });
  const selected = selectedRow(view, fitting);
  const footer = footerLines(view, selected, context);
  const header = [headerLine(view, all, context), ...noticeLines(view, context).slice(0, 3)];
  const height = rows - header.length - footer.length;
  const body = bodyOf(view, fitting, selected, height, context);
  const filled = [...body.slice(0, height), ...Array.from({ length: Math.max(0, height - body.length) }, () => [])];
  return frameOf([...header, ...filled, ...footer], size);
};

const bodyOf = (
  view: View,
  rows: readonly Row[],
  selected: Row | undefined,
  height: number,
  context: Context,
): Lines => {
  if (view.look.dialog.type === 'help') return helpLines(context.glyphs);
  if (view.masters.every(({ status }) => status.length === 0)) return [[], [span(emptyText(view), 'dim')]];
  const opened = rows.find(({ key }) => key === view.look.opened?.key);
  if (opened !== undefined) return slotPage(view, opened, height, context);
  return overview(view, rows, selected, height, context);
};

const emptyText = ({ masters, player }: View): string => {
  if (player !== undefined) return ' The recording has no cluster yet.';
  return masters.length === 0
    ? ' No master runs. One that starts appears here: proteus start <file>'
    : ' Waiting for the master …';
};

/** The table, and below it the diagram, the decisions and the logs. */
const overview = (
  view: View,
  rows: readonly Row[],
  selected: Row | undefined,
  height: number,
  context: Context,
): Lines => {
  const { pane } = view.look;
  // The table has what it needs, and at most half; a third where another part has more room.
  const tableHeight = Math.min(rows.length + 1, Math.max(4, Math.floor(height / (pane === 'all' ? 2 : 3))));
  const table = tablePart(view, rows, selected, tableHeight, context);
  const rest = height - table.length;
  const parts = pane === 'all' ? (['marbles', 'decisions', 'logs'] as const) : [pane];
  const wanted = {
    marbles: marblesOf(view, selected, rest, context).count + 1,
    decisions: pane === 'all' ? decisionsOf(view).length + 1 : rest,
    logs: rest,
  };
  const heights = shareOut(
    rest,
    parts.map((part) => wanted[part]),
  );
  return [
    ...table,
    ...parts.flatMap((part, at) => {
      const share = heights[at] ?? 0;
      return share < 2 ? [] : partOf(part, view, selected, share, context);
    }),
  ];
};

/** Equal shares of the room; what one does not want is for those after it. */
const shareOut = (room: number, wanted: readonly number[]): readonly number[] => {
  const [first, ...others] = wanted;
  if (first === undefined) return [];
  const share = Math.min(first, Math.floor(room / wanted.length));
  return [share, ...shareOut(room - share, others)];
};

const tablePart = (
  view: View,
  rows: readonly Row[],
  selected: Row | undefined,
  height: number,
  context: Context,
): Lines => {
  const at = rows.findIndex(({ key }) => key === selected?.key);
  if (rows.length === 0)
    return [[span(` No slot contains "${plainText(view.look.filter)}". Escape shows all.`, 'dim')]];
  const isWhole = rows.length < height;
  const room = height - (isWhole ? 1 : 2);
  const first = isWhole ? 0 : Math.max(0, Math.min(rows.length - room, at - Math.floor(room / 2)));
  const { titles, lines } = tableLines(rows.slice(first, first + room), view.look.sort, selected?.key, context);
  const others = `  ${context.glyphs.more} ${first} above, ${rows.length - first - room} below`;
  return [titles, ...lines, ...(isWhole ? [] : [[span(others, 'dim')]])];
};

const partOf = (
  part: 'marbles' | 'decisions' | 'logs',
  view: View,
  selected: Row | undefined,
  height: number,
  context: Context,
): Lines => {
  const { filter, back, window, level } = view.look;
  const scrolled = back === 0 ? '' : `, ${back} back`;
  const of = { filter, height: height - 1, back };
  switch (part) {
    case 'marbles': {
      const { lines, count } = marblesOf(view, selected, height - 1, context);
      const hidden = count - lines.length;
      return [
        ruled(`marbles ${age(window)}${hidden > 0 ? `, ${hidden} rows more` : ''}`, context, marbleLegend),
        ...lines,
      ];
    }
    case 'decisions':
      return [ruled(`decisions${scrolled}`, context), ...decisionLines(decisionsOf(view), of)];
    default: {
      const { time, count } = view.logs.dropped;
      const isSampled = view.now - time < 2_500 && count > 0;
      const title = `logs${level === 'trace' ? '' : ` from ${level} on`}${scrolled}`;
      const remark = isSampled ? `sampled: ${count} lines/s are not shown` : '';
      return [ruled(title, context, remark, isSampled), ...logLines(view.logs.records, of)];
    }
  }
};

const marblesOf = ({ look: { window } }: View, selected: Row | undefined, room: number, context: Context) => {
  if (selected === undefined) return { lines: [], count: 0 };
  const { master, cluster, slot, now } = selected;
  return marbleLines({ master, cluster: cluster.cluster, selected: slot?.slot, window, now }, room, context);
};

const decisionsOf = ({ masters }: View): readonly Decision[] =>
  masters.length === 1
    ? (masters[0]?.decisions ?? [])
    : masters.flatMap(({ decisions }) => decisions).toSorted((one, other) => one.time - other.time);
