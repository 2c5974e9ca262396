export { worker } from './identity.js';
export { leader$ } from './leader.js';
export { logger } from './logger.js';
export { ready } from './ready.js';
export { onStop, stopping$ } from './stopping.js';
