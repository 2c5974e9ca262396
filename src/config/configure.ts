import { basename, extname, resolve } from 'node:path';
import type { Environment } from '../host/environment.js';
import { inspectPort } from '../host/inspectPort.js';
import type { Launch } from '../host/launch.js';
import type { LogSetting } from '../log/logSetting.js';
import { pathOf } from '../vocabulary/path.js';
import { launchOf } from './launchOf.js';
import type { Config } from './options.js';
import { type ClusterOptions, clusterOptionsOf, signalsOf } from './clusterOptions.js';
import { validateConfig } from './validateConfig.js';

/** A checked configuration with the defaults. */
export interface Settings {
  readonly options: ClusterOptions;
  readonly launch: Launch;
  readonly pid: string | false;
  readonly log: LogSetting;
}

/** Checks a configuration and adds the defaults. Throws `ConfigError` for the first wrong option. `also`: names that are allowed besides the options, and ignored. */
export const configure = (config: Config, environment: Environment, also: readonly string[] = []): Settings => {
  validateConfig(config, environment, also);
  const { pid = '/tmp/proteus-cluster.pid', log = {} } = config;
  const signals = signalsOf(config, environment);
  const launch = launchOf(config, environment, signals);
  const options = clusterOptionsOf(config, environment, config.name ?? nameOf(launch.exec()), signals);
  // If it is a function, it is called and checked at each fork.
  if (typeof config.execArgv !== 'function') inspectPort(launch.execArgv(), options.worker);
  return { pid: pid === false ? pid : pathOf(pid), log: withAbsoluteFile(log, launch.base), launch, options: options };
};

/** Resolves the paths of the log files from the same folder as `exec`. */
const withAbsoluteFile = (log: LogSetting, base: string): LogSetting => {
  if (log === false || !('file' in log)) return log;
  const absolute = (file: string | URL): string => resolve(base, pathOf(file));
  return { ...log, file: absolute(log.file), ...(log.stderr !== undefined && { stderr: absolute(log.stderr) }) };
};

const nameOf = (exec: string): string => basename(exec, extname(exec));
