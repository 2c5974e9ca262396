import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/**
 * Loads pino when the first cluster is configured: a worker that shares its master's file imports this package, too, and would boot later for nothing.
 *
 * No bundler sees what is required in this way, nor the file that is loaded into workers: a bundle of a master is not complete.
 */
export const loadPino = (): typeof import('pino') => {
  try {
    return require('pino');
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND')) throw error;
    throw new Error(
      `proteus-cluster: expected its dependencies beside it, and ${import.meta.url} does not find pino. If this program is a bundle, name proteus-cluster as external to the bundler, and install it`,
      { cause: error },
    );
  }
};
