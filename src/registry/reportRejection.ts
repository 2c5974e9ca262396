import { errorData } from '../vocabulary/errorData.js';
import { emitError } from './runningClusters.js';

/** Makes an `error` event of a rejection. An unhandled rejection would end the process, and an emitter or a timer does not handle what a callback returns. */
export const reportRejection = <T>(promise: Promise<T>): Promise<T> => {
  promise.catch((thrown: unknown) => emitError({ type: 'error', error: errorData(thrown) }));
  return promise;
};
