import type { FleetOptions } from '../fleet.js';
import type { Config } from '../index.js';

/** What happens at the times of a cron expression. */
export interface CronAction {
  /** A cron expression with 5 fields, or 6 with seconds first, such as `'0 3 * * *'`. */
  readonly at: string;
  /** `restart`: a rolling restart of the service. Default, and the only one: `restart`. */
  readonly action?: 'restart' | undefined;
  /** The IANA name of the time zone in which the expression is read, such as `'Europe/Berlin'`. Default: that of the master. */
  readonly timezone?: string | undefined;
}

/** Which files are watched, to restart a service when one of them changes. */
export interface WatchedFiles {
  /** Files and folders; a folder with everything in it. Default: the folder of the configuration. */
  readonly paths?: string | readonly string[] | undefined;
  /** Files and folders that are not watched: paths, or names such as `'logs'` that are ignored at any depth. `node_modules` and names that begin with a dot are ignored anyway. */
  readonly ignore?: string | readonly string[] | undefined;
  /** The restart begins when nothing has changed for this time, in ms. Default: 200. */
  readonly debounce?: number | undefined;
}

/** A service: the options of its cluster, and those that a configuration has beside them. Relative paths start at the folder of the file, which is also the default of `cwd`. */
export interface ServiceOptions extends Config {
  /** The service, or services, that must be `started` before this one starts. They stop when this one has ended. */
  readonly after?: string | readonly string[] | undefined;
  /** Files with environment variables, `NAME=value` in each line, which are read at each fork. A later file overrides an earlier one, and `env` overrides all of them. */
  readonly envFile?: string | URL | readonly (string | URL)[] | undefined;
  /** Restarts the service when a file changes, for development: `true` for the folder of the configuration, or paths. Default: false. */
  readonly watch?: boolean | string | readonly string[] | WatchedFiles | undefined;
  /** When the service is restarted: a cron expression, or a list of them. */
  readonly cron?: string | CronAction | readonly (string | CronAction)[] | undefined;
}

/** Options that override others, for one environment. Variables of `env` are added. */
export interface Profile extends ServiceOptions {
  /** The fleet of this environment: options that override those of the file, or `false` for none. */
  readonly fleet?: Partial<FleetOptions> | false | undefined;
  /** The same for single services, by their names. */
  readonly services?: Readonly<Record<string, ServiceOptions>> | undefined;
}

/** What `proteus.config.js` exports: the options of one service, or `services` by their names, with options for all of them beside it. */
export interface Configuration extends ServiceOptions {
  /** The fleet that this host is in, with all of its services. Needs the packages of NATS. Default: none. */
  readonly fleet?: FleetOptions | false | undefined;
  /** Several services in one master, by their names. Options beside `services` are for those that do not say otherwise. */
  readonly services?: Readonly<Record<string, ServiceOptions>> | undefined;
  /** Options for environments, one of which `--env` chooses by its name. */
  readonly profiles?: Readonly<Record<string, Profile>> | undefined;
}

/** What a function that is exported gets. */
export interface ConfigurationContext {
  /** The name given with `--env`; `undefined` without it. */
  readonly profile: string | undefined;
}

/** A configuration, or a function that returns one or a promise of one. */
export type ConfigurationExport =
  | Configuration
  | ((context: ConfigurationContext) => Configuration | Promise<Configuration>);

/**
 * Types the configuration that `proteus.config.js` exports, and returns it as it is.
 *
 * @example
 * export default defineConfig({ exec: 'worker.js', worker: 4 });
 */
export const defineConfig = <const C extends ConfigurationExport>(configuration: C): C => configuration;
