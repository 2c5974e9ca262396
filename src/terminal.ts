export { type Place, top, type TopOptions } from './terminal/top.js';
