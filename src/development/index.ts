export { changes$, type Watching } from './changes.js';
