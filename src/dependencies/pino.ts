import { explainMissing, requireDependency } from './requireDependency.js';

/** pino, loaded on the first call: a worker that imports this package without using its log starts sooner. */
export const loadPino = (): typeof import('pino') => {
  try {
    return requireDependency('pino');
  } catch (error) {
    throw explainMissing('pino', error);
  }
};
