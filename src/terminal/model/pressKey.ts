import { refusal } from './actions.js';
import type { Key } from './keys.js';
import { type Row, rowsOf, sortValues } from './rows.js';
import { type Action, type Dialog, logLevels, type Look, panes, type View } from './view.js';

/** What a key asks for that is no change of the view. */
export type Command =
  | { readonly type: 'quit' | 'suspend' | 'redraw' }
  | { readonly type: 'act'; readonly action: Action }
  | { readonly type: 'play'; readonly step: PlayKey };

/** What a key asks of a recording. */
type PlayKey = 'pause' | 'step' | 'faster' | 'slower';

export interface Pressed {
  readonly view: View;
  readonly command?: Command;
}

/** Of the past that diagrams show, in ms: 1, 2, 5 and 15 minutes. */
const windows = [60_000, 120_000, 300_000, 900_000] as const;
const pageRows = 10;
const longestFilter = 100;

/** The view after a key, and what the key asks for. */
export const pressKey = (view: View, key: Key): Pressed => {
  if (key === 'ctrl-c') return { view, command: { type: 'quit' } };
  if (key === 'ctrl-z') return { view, command: { type: 'suspend' } };
  if (key === 'ctrl-l') return { view, command: { type: 'redraw' } };
  const { dialog } = view.look;
  switch (dialog.type) {
    case 'none':
      return pressedInTable(withoutNote(view), key);
    case 'help':
      return { view: withDialog(view, { type: 'none' }) };
    case 'filter':
      return { view: pressedInFilter(view, key, dialog.before) };
    case 'scale':
      return { view: pressedInScale(view, key, dialog) };
    default:
      return pressedInConfirmation(view, key, dialog.action);
  }
};

const look = (view: View, change: Partial<Look>): View => ({ ...view, look: { ...view.look, ...change } });
const withDialog = (view: View, dialog: Dialog): View => look(view, { dialog });
const withoutNote = (view: View): View => {
  const { note, ...rest } = view.look;
  return note === undefined ? view : { ...view, look: rest };
};
const withNote = (view: View, text: string): View => look(view, { note: { text, level: 'warn', time: view.now } });

const pressedInTable = (view: View, key: Key): Pressed => {
  const action = actionKeys[key];
  if (action !== undefined) return { view: asked(view, action, key) };
  const play = view.player === undefined ? undefined : playKeys[key];
  if (play !== undefined) return { view, command: { type: 'play', step: play } };
  if (key === 'q') return { view, command: { type: 'quit' } };
  return { view: (viewKeys[key] ?? same)(view) };
};

const same = (view: View): View => view;

const playKeys: Readonly<Record<string, PlayKey>> = {
  ' ': 'pause',
  '.': 'step',
  '>': 'faster',
  '<': 'slower',
};

const actionKeys: Readonly<Record<string, Action['type']>> = {
  r: 'restart',
  x: 'stop',
  '+': 'scale',
  '-': 'scale',
  c: 'scale',
  p: 'pause',
  u: 'resume',
};

const viewKeys: Readonly<Record<string, (view: View) => View>> = {
  up: (view) => moved(view, -1),
  k: (view) => moved(view, -1),
  down: (view) => moved(view, 1),
  j: (view) => moved(view, 1),
  'page-up': (view) => scrolled(view, pageRows),
  'page-down': (view) => scrolled(view, -pageRows),
  home: (view) => moved(view, -Infinity),
  end: (view) => moved(view, Infinity),
  left: (view) => sortedBy(view, -1),
  right: (view) => sortedBy(view, 1),
  i: (view) => look(view, { sort: { ...view.look.sort, descending: !view.look.sort.descending } }),
  enter: (view) => opened(view),
  escape: (view) => back(view),
  '/': (view) => withDialog(view, { type: 'filter', before: view.look.filter }),
  '?': (view) => withDialog(view, { type: 'help' }),
  tab: (view) => look(view, { pane: following(panes, view.look.pane, 1), back: 0 }),
  'back-tab': (view) => look(view, { pane: following(panes, view.look.pane, -1), back: 0 }),
  l: (view) => look(view, { level: following(logLevels, view.look.level, 1) }),
  w: (view) => look(view, { window: following<number>(windows, view.look.window, 1) }),
};

const following = <T>(all: readonly T[], one: T, by: number): T =>
  all[(all.indexOf(one) + by + all.length) % all.length] ?? one;

/** The row that is selected: the first one where that row is not shown any more. */
export const selectedRow = (view: View, rows: readonly Row[] = rowsOf(view)): Row | undefined =>
  rows.find(({ key }) => key === view.look.selected) ?? rows[0];

const moved = (view: View, by: number): View => {
  const rows = rowsOf(view);
  const selected = selectedRow(view, rows);
  const at = rows.findIndex(({ key }) => key === selected?.key);
  const row = rows[Math.max(0, Math.min(rows.length - 1, at + by))];
  if (row === undefined) return view;
  return look(view, {
    selected: row.key,
    // Another slot of those that are open one by one.
    ...(view.look.opened !== undefined && row.slot !== undefined && { opened: placeOf(row) }),
  });
};

const placeOf = ({ key, target }: Row): NonNullable<Look['opened']> => ({ key, target });

const scrolled = (view: View, by: number): View => {
  const { pane, back: before } = view.look;
  if (pane === 'all' || pane === 'marbles') return moved(view, -by);
  const most =
    pane === 'logs' ? view.logs.records.length : Math.max(...view.masters.map(({ decisions }) => decisions.length), 0);
  return look(view, { back: Math.max(0, Math.min(most - 1, before + by)) });
};

const sortedBy = (view: View, by: number): View => {
  const { sort } = view.look;
  const column = following(Object.keys(sortValues), sort.column, by);
  // Of figures the highest are of interest, of names the first.
  return look(view, { sort: { column, descending: !['slot', 'state', 'pid'].includes(column) } });
};

const opened = (view: View): View => {
  const row = selectedRow(view);
  if (row === undefined) return view;
  return row.slot === undefined
    ? withNote(view, 'Select a slot to open it')
    : look(view, { opened: placeOf(row), selected: row.key });
};

/** Out of an open slot, or else without the filter. */
const back = (view: View): View => {
  const { opened: was, ...rest } = view.look;
  return was === undefined ? look(view, { filter: '', back: 0 }) : { ...view, look: rest };
};

const asked = (view: View, type: Action['type'], key: Key): View => {
  const row = selectedRow(view);
  const why = refusal(type, row, view.player !== undefined);
  if (why !== undefined || row === undefined) return withNote(view, why ?? '');
  const { target, cluster } = row;
  if (type === 'scale') {
    const { slot: _, ...whole } = target;
    const size = cluster.size + (key === '+' ? 1 : key === '-' ? -1 : 0);
    return withDialog(view, { type: 'scale', target: whole, size: cluster.size, text: String(Math.max(0, size)) });
  }
  const { slot } = target;
  if (type === 'pause' || type === 'resume')
    return slot === undefined
      ? view
      : withDialog(view, { type: 'confirm', action: { type, target: { ...target, slot } } });
  const { slot: _, ...whole } = target;
  return withDialog(view, { type: 'confirm', action: { type, target: type === 'stop' ? whole : target } });
};

const pressedInFilter = (view: View, key: Key, before: string): View => {
  const { filter } = view.look;
  if (key === 'enter') return withDialog(view, { type: 'none' });
  if (key === 'escape') return look(view, { filter: before, dialog: { type: 'none' } });
  if (key === 'backspace') return look(view, { filter: Array.from(filter).slice(0, -1).join('') });
  return Array.from(key).length === 1 && filter.length < longestFilter
    ? look(view, { filter: `${filter}${key}` })
    : view;
};

const longestSize = 4;

const pressedInScale = (view: View, key: Key, dialog: Dialog & { readonly type: 'scale' }): View => {
  const { target, size, text } = dialog;
  if (key === 'escape') return withDialog(view, { type: 'none' });
  if (key === 'backspace') return withDialog(view, { ...dialog, text: text.slice(0, -1) });
  if (key === '+' || key === 'up') return withDialog(view, { ...dialog, text: String(Number(text) + 1) });
  if (key === '-' || key === 'down')
    return withDialog(view, { ...dialog, text: String(Math.max(0, Number(text) - 1)) });
  if (/^\d$/.test(key) && text.length < longestSize) return withDialog(view, { ...dialog, text: `${text}${key}` });
  if (key !== 'enter' || text === '') return view;
  const to = Number(text);
  return to === size
    ? withDialog(withNote(view, `${target.cluster} has ${size} workers already`), { type: 'none' })
    : withDialog(view, { type: 'confirm', action: { type: 'scale', target, from: size, to } });
};

const pressedInConfirmation = (view: View, key: Key, action: Action): Pressed => {
  if (key === 'y' || key === 'Y') return { view: withDialog(view, { type: 'none' }), command: { type: 'act', action } };
  return key === 'n' || key === 'N' || key === 'escape' || key === 'q'
    ? { view: withDialog(view, { type: 'none' }) }
    : { view };
};
