export { MessageError, RequestError } from '../errors.js';
export type { RequestOptions } from '../post/options.js';
export { expose } from './expose.js';
export { leader$ } from './leader.js';
export { type FromMaster, messages$ } from './messages.js';
export { request } from './request.js';
export { cmd, route } from './route.js';
export { send, type SendOptions } from './send.js';
export { publish, topic$ } from './topics.js';
