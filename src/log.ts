export { file } from './log/file.js';
export type { Rotation } from './log/rotation.js';
export { sinkTo } from './log/sink.js';
export { type Bytes, isBytesText, toBytes } from './vocabulary/bytes.js';
