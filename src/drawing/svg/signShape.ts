import { element, escapeText } from './element.js';

/** The radius of a marble. */
export const radius = 7.5;

/** The class of a marble, which has its colour. */
const classes: Readonly<Record<string, string>> = {
  '!': 'input',
  f: 'boot',
  o: 'boot',
  r: 'ready',
  a: 'serve',
  m: 'message',
  M: 'message',
  g: 'leave',
  t: 'leave',
  q: 'kill',
  k: 'kill',
  '|': 'end',
  x: 'crash',
};

/**
 * A sign at a place, with what it says as its tooltip: a marble with its letter. As in all marble diagrams a completion is a bar and an error is a cross;
 * what comes from outside is a triangle that points at its time. Other signs, such as the number of a slot, are received messages.
 */
export const signShape = (sign: string, x: number, y: number, title: string): string =>
  element('g', { class: classes[sign] ?? 'message' }, element('title', {}, escapeText(title)), ...shape(sign, x, y));

const shape = (sign: string, x: number, y: number): readonly string[] => {
  switch (sign) {
    case '|':
      return [element('path', { d: `M${decimals(x)} ${y - 9}v18` })];
    case 'x':
      return [
        element('path', { d: `M${decimals(x - 5)} ${y - 5}l10 10m0 -10l-10 10`, class: 'around' }),
        element('path', { d: `M${decimals(x - 5)} ${y - 5}l10 10m0 -10l-10 10` }),
      ];
    case '!':
      return [element('path', { d: `M${decimals(x - 5.5)} ${y - 5}h11l-5.5 10z` })];
    default:
      return [element('circle', { cx: x, cy: y, r: radius }), element('text', { x, y: y + 3.8 }, escapeText(sign))];
  }
};

const decimals = (value: number): number => Math.round(value * 100) / 100;
