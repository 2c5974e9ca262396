export type { RecordingMarblesOptions } from './marbles/drawRecording.js';
export type { MarblesOptions } from './marbles/options.js';
export { toMarbles } from './marbles/toMarbles.js';
export { type SvgOptions, toSvg } from './marbles/toSvg.js';
