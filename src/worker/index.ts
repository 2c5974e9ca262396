export { leader$ } from './leader.js';
export { logger } from './logger.js';
