export { ownVersion } from './host/ownVersion.js';
