import { emitError } from '../registry/runningClusters.js';
import { errorData } from '../vocabulary/errorData.js';

/**
 * Emits an `error` event for a failure of the application's own code in the master, so that it is in the log and in `events$`. The first running cluster emits it.
 *
 * @example
 * process.on('unhandledRejection', reportError);
 */
export const reportError = (error: unknown): void => emitError({ type: 'error', error: errorData(error) });
