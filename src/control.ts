export { attach } from './control/attach.js';
// For other servers of the master, and in the command.
export { type Access, tcpAccess, withoutToken } from './control/access.js';
export { answerMethod, answerSafely, methodAt, sendJson } from './control/answerRequest.js';
export { requireFolder, socketFolder } from './control/folder.js';
export { operate } from './control/operate.js';
export type { OpenStreams } from './control/openStreams.js';
export { RequestProblem } from './control/requestProblem.js';
export { type AnswerRequest, controlServer } from './control/server.js';
export { listening, portOf, sharedListener } from './control/sharedListener.js';
export { tokenCheck } from './control/tokenCheck.js';
