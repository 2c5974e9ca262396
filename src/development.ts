export { changes$, type Watching } from './development/changes.js';
