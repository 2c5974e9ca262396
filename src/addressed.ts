import { NotRunningError } from './errors.js';
import { type Running, running$ } from './running.js';
import { validateAddress } from './validate.js';

/** Which of the running clusters is meant. Default: all of them. */
export interface To {
  /** Its name. */
  readonly cluster?: string;
}

/**
 * The clusters that are meant: the one that is named, or all that run, which may be none.
 * Throws `ConfigError` for an address that is none, `NotRunningError` for a name that no running cluster has.
 */
export const addressed = (what: string, to?: To): readonly Running[] => {
  validateAddress(what, to);
  const name = to?.cluster;
  if (name === undefined) return running$.value;
  const named = running$.value.filter((running) => running.name === name);
  if (named.length === 0) {
    throw new NotRunningError(`${what}: expected a running cluster '${name}', there is ${present()}`);
  }
  return named;
};

/** The same, where something must run. */
export const someRunning = (what: string, to?: To): readonly Running[] => {
  const meant = addressed(what, to);
  if (meant.length === 0) {
    throw new NotRunningError(
      `${what}: expected a running cluster, there is none. Subscribe cluster$(conf) first; after its end, anew`,
    );
  }
  return meant;
};

const present = (): string => running$.value.map(({ name }) => `'${name}'`).join(', ') || 'none';
