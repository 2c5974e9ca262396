import type { GlyphSet } from './glyphSet.js';
import { span } from '../screen/frame.js';
import type { Lines } from './table.js';

const keysOf = ({ upDown, leftRight }: GlyphSet): readonly (readonly [key: string, what: string])[] => [
  [`${upDown}, k j`, 'select a cluster or a slot; home, end, page up, page down'],
  ['enter', 'open the slot: its lives, exits, history and logs; escape goes back'],
  [leftRight, 'sort by another column;  i  the other way round'],
  ['/', 'show only what contains these words: slots, decisions, logs'],
  ['tab', 'more room for the marbles, the decisions or the logs'],
  ['l', 'only log lines from this level on: info, warn, error'],
  ['w', 'diagrams of 1, 2, 5 or 15 minutes'],
  ['r', 'restart the cluster, or the slot'],
  ['+ -  c', 'scale the cluster'],
  ['p u', 'pause the slot, resume it'],
  ['x', 'stop the cluster'],
  ['ctrl-l', 'draw the screen again;  ctrl-z  suspend;  q  ctrl-c  quit'],
  ['space .', 'of a recording: pause and go on, step;  < >  slower, faster'],
];

/** All keys. */
export const helpLines = (glyphs: GlyphSet): Lines => [
  [span(' Keys', 'bold')],
  [],
  ...keysOf(glyphs).map(([key, what]) => [span(`  ${key.padEnd(13)}`, 'bold'), span(what)]),
  [],
  [span('  Nothing is done without a question. Any key closes this page.', 'dim')],
];
