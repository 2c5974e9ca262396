export { leader$ } from './leader.js';
