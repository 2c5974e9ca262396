export { type SvgOptions, toSvg } from './marbles/toSvg.js';
