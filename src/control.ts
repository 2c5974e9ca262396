export { attach } from './control/attach.js';
