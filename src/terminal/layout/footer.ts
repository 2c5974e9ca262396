import { consequence } from '../model/actions.js';
import type { Row } from '../model/rows.js';
import type { View } from '../model/view.js';
import { type Span, span } from '../screen/frame.js';
import { plainText } from '../screen/plainText.js';
import type { Context } from './context.js';
import type { GlyphSet } from './glyphSet.js';
import { levelStyle } from './stateStyle.js';
import type { Lines } from './table.js';
import { timeOfDay } from './units.js';

/** The last lines: what is being asked, or the keys. */
export const footerLines = (view: View, row: Row | undefined, context: Context): Lines => {
  const { dialog, note, filter } = view.look;
  switch (dialog.type) {
    case 'filter':
      return [
        [
          span(' filter: ', 'bold'),
          span(plainText(filter)),
          span(' ', 'inverse'),
          span('  enter keeps it, escape does not', 'dim'),
        ],
      ];
    case 'scale':
      return [
        [
          span(` scale ${plainText(dialog.target.cluster, 40)} from ${dialog.size} to: `, 'bold'),
          span(dialog.text),
          span(' ', 'inverse'),
          span('  enter, escape', 'dim'),
        ],
      ];
    case 'confirm':
      return [
        ...wrapped(plainText(consequence(dialog.action, row)), context.width - 2).map((text) => [
          span(` ${text}`, 'yellow bold'),
        ]),
        [span(' y ', 'inverse'), span(' do it  '), span(' n ', 'inverse'), span(' leave it')],
      ];
    default: {
      const keys = keyLine(view, context);
      if (note !== undefined) return [[span(` ${plainText(note.text)}`, levelStyle(note.level))], keys];
      return filter === ''
        ? [keys]
        : [[span(` filter: ${plainText(filter)}`, 'yellow'), span('  escape shows all', 'dim')], keys];
    }
  }
};

/** A text in lines of at most this width, cut at spaces. */
const wrapped = (text: string, width: number): readonly string[] => {
  const lines: string[] = [];
  for (const word of text.split(' ')) {
    const last = lines.at(-1);
    if (last !== undefined && last.length + word.length < width) lines[lines.length - 1] = `${last} ${word}`;
    else lines.push(word);
  }
  return lines;
};

type Hint = readonly [key: string, what: string];

const always: readonly Hint[] = [
  ['?', 'keys'],
  ['q', 'quit'],
];

const hints = ({ player, look }: View, { leftRight }: GlyphSet): readonly Hint[] => [
  ...(player === undefined
    ? []
    : ([
        ['space', player.state === 'paused' ? 'play' : 'pause'],
        ['.', 'step'],
        ['<>', 'speed'],
      ] as const)),
  look.opened === undefined ? ['enter', 'open'] : ['esc', 'back'],
  ['/', 'filter'],
  [leftRight, 'sort'],
  ['tab', look.pane === 'all' ? 'panes' : look.pane],
  ...(player === undefined
    ? ([
        ['r', 'restart'],
        ['+-', 'scale'],
        ['p', 'pause'],
        ['x', 'stop'],
      ] as const)
    : []),
];

const keyLine = (view: View, { width, glyphs }: Context): readonly Span[] => {
  const sizeOf = ([key, what]: Hint) => key.length + what.length + 3;
  const shown: Hint[] = [];
  let left = width - always.reduce((sum, hint) => sum + sizeOf(hint), 0) - playerText(view).length;
  for (const hint of hints(view, glyphs)) {
    left -= sizeOf(hint);
    if (left < 0) break;
    shown.push(hint);
  }
  return [
    span(playerText(view), 'bold'),
    ...[...shown, ...always].flatMap(([key, what]) => [span(` ${key}`, 'bold'), span(` ${what} `, 'dim')]),
  ];
};

const playerText = ({ player, now }: View): string => {
  if (player === undefined) return '';
  const { state, speed, from, to } = player;
  const share = to <= from ? 100 : Math.round(((now - from) / (to - from)) * 100);
  return ` ${state} ${speed}x ${timeOfDay(now)} ${Math.max(0, Math.min(100, share))}% `;
};
