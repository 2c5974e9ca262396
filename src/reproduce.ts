export { type Decisions, decisionsOf } from './reproduce/decisionsOf.js';
export { RecordingError } from './reproduce/recordingError.js';
export { replayedDecisions } from './reproduce/replay.js';
export { reproduce, type Reproduction } from './reproduce/reproduce.js';
export type { Life, RecordedScript, Sample } from './reproduce/script.js';
export { scriptOf } from './reproduce/scriptOf.js';
