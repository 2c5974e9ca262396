export { answer, type MetricsAnswer, type MetricsRequest } from './metrics/answer.js';
export { attach } from './metrics/attach.js';
