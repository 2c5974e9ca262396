import { createRequire } from 'node:module';
import { existsSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkConfig, type Config, ConfigError, type LogFile } from '../index.js';
import { type CronTimes, cronTimes } from './cronTimes.js';
import { environmentOf, envFiles } from './envFile.js';
import { type Layer, merged, placeOf } from './layer.js';
import type { WrittenService } from './layersOf.js';
import { isText, listOf, showValue } from './values.js';
import { type Watch, watchOf } from './watch.js';

/** A checked service of a configuration. */
export interface Service {
  /** The name of its cluster; `undefined` if that is the basename of its file. */
  readonly name: string | undefined;
  /** The options of its cluster, with absolute paths. */
  readonly config: Config;
  /** The services that must be started before it. */
  readonly after: readonly string[];
  readonly watch: Watch | undefined;
  readonly cron: readonly CronTimes[];
}

const ownOptions = ['after', 'envFile', 'watch', 'cron'];

/** Checks the options of a service, without looking at any file that they name. Throws `ConfigError`, which says where in the file the wrong one is written. */
export const checkService = ({ name, layers }: WrittenService): void => {
  const options = merged(layers);
  if (name !== undefined && options['name'] !== undefined)
    throw new ConfigError(
      placeOf('name', layers),
      'expected none, because the name of a service is its key in services',
      'Leave it out',
    );
  if (name === '') throw new ConfigError(placeOf('', layers).slice(0, -1), 'expected a name that is not empty, got ""');
  placed(layers, () => {
    checkConfig(configOf(options), { also: [...ownOptions, ...(name === undefined ? ['services', 'profiles'] : [])] });
    if (options['exec'] === undefined)
      throw new ConfigError('exec', 'expected the file that the workers run, got none');
    afterOf(name, options['after']);
    envFiles(options['envFile'], '/');
    watchOf(options['watch'], '/');
    cronTimes(options['cron']);
  });
};

/** The service with absolute paths, which start at `folder`. Throws `ConfigError` if a file that it needs does not exist. */
export const serviceOf = ({ name, layers }: WrittenService, folder: string): Service => {
  const { after, envFile, watch, cron, ...options } = merged(layers);
  return placed(layers, () => {
    const config = inFolder(configOf(options), folder);
    const files = envFiles(envFile, folder);
    const watched = watchOf(watch, folder);
    checkFiles(config);
    checkWatched(watched);
    return {
      name,
      config: {
        // An operator finds the master by its control socket, and another service of this machine may have the default.
        pid: false,
        args: [],
        ...config,
        ...(name !== undefined && { name }),
        ...(files.length > 0 && { env: environmentOf(files, config.env) }),
      },
      after: afterOf(name, after),
      watch: watched,
      cron: cronTimes(cron),
    };
  });
};

const placed = <T>(layers: readonly Layer[], call: () => T): T => {
  try {
    return call();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    throw rename(error, placeOf(error.option, layers));
  }
};

/** The same error with another name of the option. */
export const rename = (error: ConfigError, option: string): ConfigError =>
  Object.assign(new ConfigError(option, error.message.slice(error.option.length + 2)), { cause: error.cause });

/** `checkConfig` looks at what they really are. */
const configOf = (options: Readonly<Record<string, unknown>>): Config => options;

const afterOf = (name: string | undefined, after: unknown): readonly string[] => {
  const names = listOf(after);
  if (name === undefined && names.length > 0)
    throw new ConfigError('after', 'expected services, got a single one', 'Write it into services: { … }');
  return names.map((given, index) => {
    if (isText(given)) return given;
    throw new ConfigError(
      Array.isArray(after) ? `after[${index}]` : 'after',
      `expected the name of a service, got ${showValue(given)}`,
    );
  });
};

/** Relative paths start at the folder of the file, and workers run there. */
const inFolder = (config: Config, folder: string): Config => {
  const { exec, cwd, pid, log } = config;
  const at = <P>(path: P): P | string => (isText(path) ? resolve(folder, path) : path);
  const each = <P extends string | URL>(path: P | (() => P)): string | P | (() => string | P) =>
    typeof path === 'function' ? () => at(path()) : at(path);
  return {
    ...config,
    cwd: each(cwd ?? folder),
    ...(exec !== undefined && { exec: each(exec) }),
    ...(pid !== undefined && { pid: at(pid) }),
    ...(hasFile(log) && {
      log: { ...log, file: at(log.file), ...(log.stderr !== undefined && { stderr: at(log.stderr) }) },
    }),
  };
};

/** Options with a file, and no logger. */
const hasFile = (log: Config['log']): log is LogFile => typeof log === 'object' && 'file' in log && !('child' in log);

const checkWatched = (watch: Watch | undefined): void => {
  const missing = watch?.paths.find((path) => !existsSync(path));
  if (missing !== undefined)
    throw new ConfigError(
      'watch',
      `expected files or folders that exist, got ${missing}`,
      'Relative paths start at the folder of the file',
    );
};

/** What only a function says is looked at when it is called. */
const checkFiles = ({ exec, cwd }: Config): void => {
  if (
    cwd !== undefined &&
    typeof cwd !== 'function' &&
    statSync(cwd, { throwIfNoEntry: false })?.isDirectory() !== true
  )
    throw new ConfigError('cwd', `expected a folder that exists, got ${String(cwd)}`);
  if (exec === undefined || typeof exec === 'function') return;
  try {
    createRequire(join('/', 'configuration.js')).resolve(exec instanceof URL ? fileURLToPath(exec) : exec);
  } catch {
    throw new ConfigError('exec', `expected a file that exists, got ${String(exec)}`);
  }
};
