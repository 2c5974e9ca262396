import { basename, extname, resolve } from 'node:path';
import type { Environment } from '../host/environment.js';
import { inspectPort } from '../host/inspectPort.js';
import type { Launch } from '../host/launch.js';
import type { LogSetting } from '../log/logSetting.js';
import { pathOf } from '../vocabulary/path.js';
import { launchOf } from './launchOf.js';
import type { Config } from './options.js';
import { type Policy, policyOf, signalsOf } from './policy.js';
import { validateConfig } from './validateConfig.js';

/** A configuration that has been checked and completed with the defaults. */
export interface Settings {
  readonly policy: Policy;
  readonly launch: Launch;
  readonly pid: string | false;
  readonly log: LogSetting;
}

/** Checks a configuration and completes it with the defaults. Throws `ConfigError` for the first option that is wrong. */
export const configure = (config: Config, around: Environment): Settings => {
  validateConfig(config, around);
  const { pid = '/tmp/proteus-cluster.pid', log = {} } = config;
  const signals = signalsOf(config, around);
  const launch = launchOf(config, around, signals);
  const policy = policyOf(config, around, config.name ?? nameOf(launch.exec()), signals);
  // What a function returns is only known at each fork.
  if (typeof config.execArgv !== 'function') inspectPort(launch.execArgv(), policy.worker);
  return { pid: pid === false ? pid : pathOf(pid), log: placed(log, launch.base), launch, policy };
};

/** The log's file is relative to the same folder as `exec`. */
const placed = (log: LogSetting, base: string): LogSetting =>
  log !== false && 'file' in log ? { ...log, file: resolve(base, pathOf(log.file)) } : log;

const nameOf = (exec: string): string => basename(exec, extname(exec));
