export type { Place } from './terminal/place.js';
export { playRecording, type RecordingOptions } from './terminal/playRecording.js';
export { top, type TopOptions } from './terminal/top.js';
