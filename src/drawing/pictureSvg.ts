import { describePicture } from './describePicture.js';
import type { Picture } from './picture.js';
import { omittedText } from './signs.js';
import { bandBlock } from './svg/bandBlock.js';
import { decisionBlock } from './svg/decisionBlock.js';
import { element, escapeText } from './svg/element.js';
import { bandsOf } from './svg/layout.js';
import { legend } from './svg/legend.js';
import { type Block, pageWidth, plotWidth, space, stack } from './svg/page.js';
import { textBlock } from './svg/textBlock.js';
import { style } from './svg/theme.js';

/** What an SVG shows. */
export interface Drawing {
  readonly title: string;
  /** What the picture shows, for those who cannot see it. Its rows and decisions follow in words. */
  readonly description?: string;
  /** One, or one for each cluster. */
  readonly pictures: readonly Picture[];
}

/** Where there is room, a page is shown larger. */
const scale = 1.3;

/**
 * Pictures as an SVG document, in the colour scheme of its reader. Time runs to the right. It is stretched where marks would touch, and what is wider than the page continues below.
 * The same pictures are always the same document.
 */
export const pictureSvg = ({ title, description, pictures }: Drawing): string => {
  const page = stack([
    space(14),
    textBlock(title, 'title', 15),
    ...pictures.map(pictureBlock),
    space(8),
    legend(pictures),
    space(12),
  ]);
  const height = Math.ceil(page.height);
  const told = [...(description === undefined ? [] : [description]), ...pictures.map(describePicture)].join('\n');
  const attributes = {
    xmlns: 'http://www.w3.org/2000/svg',
    viewBox: `0 0 ${pageWidth} ${height}`,
    width: Math.round(pageWidth * scale),
    height: Math.round(height * scale),
    role: 'img',
    class: 'marbles',
  };
  const lines = [
    '',
    element('title', {}, escapeText(title)),
    element('desc', {}, escapeText(told)),
    element('style', {}, style()),
    element('rect', { x: 0.5, y: 0.5, width: pageWidth - 1, height: height - 1, rx: 8, class: 'paper' }),
    page.draw(0),
    '',
  ];
  return `${element('svg', attributes, lines.join('\n'))}\n`;
};

const pictureBlock = (picture: Picture): Block => {
  const omitted = omittedText(picture);
  return stack([
    ...(picture.name === undefined ? [] : [space(10), textBlock(picture.name, 'name', 12.5)]),
    ...bandsOf(picture.rows, picture.width, plotWidth).map((band) => bandBlock(picture, band)),
    ...(omitted === undefined ? [] : [textBlock(omitted, 'meaning', 12)]),
    space(10),
    decisionBlock(picture),
  ]);
};
