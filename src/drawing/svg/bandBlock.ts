import type { Picture } from '../picture.js';
import { rulerTimes } from '../times.js';
import { element, escapeText } from './element.js';
import { isIn, lane, laneHeight } from './lanes.js';
import type { Band } from './layout.js';
import { type Block, left, pageWidth, plotLeft, space, stack } from './page.js';

/** A ruler, and below it the rows that have something in the band. */
export const bandBlock = (picture: Picture, band: Band): Block => {
  const rows = picture.rows.filter((row) => isIn(picture, row, band));
  const height = rows.reduce((sum, row) => sum + laneHeight(row), 0);
  return stack([
    space(8),
    ruler(picture, band),
    { height: 0, draw: (top) => guides(picture, band, top, height) },
    ...rows.map((row) => ({ height: laneHeight(row), draw: (top: number) => lane(picture, row, band, top) })),
  ]);
};

/** Each tenth column has its time, as in the text, if there is room; in a very wide picture each hundredth and so on. */
const columnsPerTick = ({ from, to }: Band): number => 10 ** Math.max(1, Math.ceil(Math.log10(to - from + 1)) - 2);
const digitWidth = 6.4;

const ruler = (picture: Picture, band: Band): Block => {
  const { unit, at } = rulerTimes(picture);
  return {
    height: 18,
    draw: (top) => {
      const y = top + 12;
      const drawn = unit === undefined ? [] : [element('text', { x: left, y, class: 'time' }, escapeText(unit))];
      let free = unit === undefined ? left : plotLeft - 20;
      const step = columnsPerTick(band);
      for (let column = Math.ceil(band.from / step) * step; column <= band.to; column += step) {
        const text = at(column);
        const x = plotLeft + band.x(column);
        const half = (text.length * digitWidth) / 2 + 3;
        if (x - half < free || x + half > pageWidth) continue;
        drawn.push(element('text', { x, y, class: 'tick' }, escapeText(text)));
        free = x + half;
      }
      return drawn.join('\n');
    },
  };
};

/** Lines from what comes from outside down through all rows. */
const guides = ({ rows }: Picture, band: Band, top: number, height: number): string => {
  const columns = rows
    .filter(({ kind }) => kind === 'input')
    .flatMap(({ marks }) => marks.map(({ at }) => at))
    .filter((at) => at >= band.from && at <= band.to);
  return [...new Set(columns)]
    .map((at) => {
      const x = (plotLeft + band.x(at)).toFixed(1);
      return element('path', { d: `M${x} ${top + 4}V${top + height}`, class: 'guide' });
    })
    .join('\n');
};
