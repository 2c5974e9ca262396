export { changes$, type WatchOptions } from './development/changes.js';
