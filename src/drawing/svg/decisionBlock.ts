import type { Decision, Picture } from '../picture.js';
import { timeOf } from '../times.js';
import { element, escapeText } from './element.js';
import { type Block, right, stack } from './page.js';
import { charactersIn } from './textBlock.js';
import { wrapText } from '../wrapText.js';

const lineHeight = 16.5;
const fontSize = 12;

/** The decisions with their times. A time that several have stands once. */
export const decisionBlock = (picture: Picture): Block =>
  stack(picture.decisions.map((decision, index) => sentence(picture, decision, picture.decisions[index - 1])));

const sentence = (picture: Picture, { at, sentence: text }: Decision, before: Decision | undefined): Block => {
  // A time of day is longer.
  const timeRight = picture.begin === undefined ? 62 : 74;
  const x = timeRight + 8;
  const lines = wrapText(text, charactersIn(right - x, fontSize));
  return {
    height: lines.length * lineHeight + 2,
    draw: (top) =>
      [
        ...(at === undefined || at === before?.at
          ? []
          : [element('text', { x: timeRight, y: top + 12, class: 'time right' }, escapeText(timeOf(picture, at)))]),
        ...lines.map((line, index) =>
          element(
            'text',
            { x, y: top + 12 + index * lineHeight, ...(at === undefined && { class: 'name' }) },
            escapeText(line),
          ),
        ),
      ].join('\n'),
  };
};
