import { type Span, span } from '../screen/frame.js';
import { widthOf } from '../screen/glyphs.js';
import type { Context } from './context.js';

/** A line with a title, and a remark at its right where there is room. */
export const ruled = (title: string, { width, glyphs }: Context, remark = '', attention = false): readonly Span[] => {
  const left = `${glyphs.line.repeat(2)} ${title} `;
  const right = remark === '' ? '' : ` ${remark} ${glyphs.line}`;
  const between = width - widthOf(left) - widthOf(right);
  return between < 2
    ? [
        span(left, 'dim'),
        span(remark === '' ? '' : remark.slice(0, Math.max(0, width - widthOf(left))), attention ? 'yellow' : 'dim'),
      ]
    : [span(left, 'dim'), span(glyphs.line.repeat(between), 'dim'), span(right, attention ? 'yellow' : 'dim')];
};
