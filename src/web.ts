export { attach } from './web/server/attach.js';
export { type MasterPlace, type ServedMasters, serveMasters } from './web/server/serveMasters.js';
