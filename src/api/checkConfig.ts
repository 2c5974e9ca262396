import { configure } from '../config/configure.js';
import type { Config } from '../config/options.js';
import { environment } from '../host/environment.js';
import { checkLog } from '../log/log.js';

export interface CheckOptions {
  /** Names that are allowed besides the options, for a program that has settings of its own beside them. They are also suggested for a misspelled name. */
  readonly also?: readonly string[] | undefined;
}

/**
 * Throws the `ConfigError` that `cluster$` would throw for these options, and starts nothing. Does nothing if they are right. The files that they name, such as `exec` and the module of a transport, are not looked for.
 *
 * @example
 * checkConfig({ exec: 'worker.js', disconnectTimeout: 30_000 });
 */
export const checkConfig = (config: Config, { also = [] }: CheckOptions = {}): void => {
  checkLog(configure(config, environment(), also).log);
};
