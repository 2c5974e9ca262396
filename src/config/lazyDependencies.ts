import { createRequire } from 'node:module';

/**
 * What only a master needs, and only when the first cluster is configured: the log, the check of the options, "Did you mean …?".
 * A worker that shares its master's file imports this package too, and would boot later for nothing.
 */
const require = createRequire(import.meta.url);

export const pino = (): typeof import('pino') => load(() => require('pino'));
export const valibot = (): typeof import('valibot') => load(() => require('valibot'));
export const leven = (): typeof import('leven') => load(() => require('leven'));

/** No bundler sees what is required in this way, nor the files that are loaded into workers: a bundle of a master is not complete. */
const load = <T>(get: () => T): T => {
  try {
    return get();
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'MODULE_NOT_FOUND')) throw error;
    throw new Error(
      `proteus-cluster: expected its dependencies beside it, and ${import.meta.url} does not find one. If this program is a bundle, name proteus-cluster as external to the bundler, and install it`,
      { cause: error },
    );
  }
};
