export type { LostEvents, RecordingHeader, ShownConfigs } from './record/format.js';
export { openRecording, type Recording } from './record/openRecording.js';
export type { RecordOptions } from './record/options.js';
export { record } from './record/record.js';
export { RecordingError, type RecordingProblem } from './record/recordingError.js';
export { recordingHeader } from './record/recordingHeader.js';
export { type Moment, replay, type ReplayOptions } from './record/replay.js';
export type { MessageSize } from './record/withoutContent.js';
