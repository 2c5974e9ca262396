import { createRequire } from 'node:module';

/**
 * What only a master needs, and only when the first cluster is configured: the log, the check of the options, "Did you mean …?".
 * A worker that shares its master's file imports this package too, and would boot later for nothing.
 */
const require = createRequire(import.meta.url);

export const pino = (): typeof import('pino') => require('pino');
export const valibot = (): typeof import('valibot') => require('valibot');
export const leven = (): typeof import('leven') => require('leven');
