import { explainMissing, requireDependency } from './requireDependency.js';

/** fast-check, an optional peer dependency: only random simulations need it. */
export type FastCheck = typeof import('fast-check');

/** Loads fast-check. Throws an error that says how to install it where it is missing. */
export const loadFastCheck = (): FastCheck => {
  try {
    return requireDependency('fast-check');
  } catch (error) {
    throw explainMissing('fast-check', error);
  }
};
