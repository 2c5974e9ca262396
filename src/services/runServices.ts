import {
  catchError,
  connect,
  defer,
  EMPTY,
  endWith,
  from,
  ignoreElements,
  map,
  merge,
  type Observable,
  switchMap,
  takeUntil,
} from 'rxjs';
import { basename, extname } from 'node:path';
import { cluster$, type ClusterEvent, reportError, restart } from '../index.js';
import { inFleet } from './inFleet.js';
import { inOrder } from './inOrder.js';
import { type LoadedConfig, loadConfig, type LoadOptions } from './loadConfig.js';
import { restartReasons } from './restartReasons.js';
import type { Service } from './service.js';
import { changesOf } from './watch.js';

/**
 * Runs the services of a configuration file in this process: each is a cluster, and it starts when those that it is `after` are `started`.
 *
 * Takes the path of a file, what `loadConfig` has returned, or nothing for the file in the current folder. Emits the events of all clusters. A shutdown of all stops them in the reverse order. A service that gives up ends
 * alone, and the others continue. Completes when all have ended; errors then with the first error of a service, and at once with `ConfigError` if the file is wrong. Unsubscribing kills all workers.
 *
 * @example
 * runServices('proteus.config.js', { profile: 'production' }).subscribe({ error: () => (process.exitCode = 1) });
 */
export const runServices = (
  config?: string | URL | LoadedConfig,
  options: LoadOptions = {},
): Observable<ClusterEvent> =>
  defer(() => (isLoaded(config) ? run(config) : from(loadConfig(config, options)).pipe(switchMap(run))));

const isLoaded = (config: string | URL | LoadedConfig | undefined): config is LoadedConfig =>
  typeof config === 'object' && 'services' in config;

const run = ({ services, fleet }: LoadedConfig): Observable<ClusterEvent> =>
  fleet === undefined ? runAll(services) : runAll(services).pipe(inFleet(fleet));

const runAll = (services: LoadedConfig['services']): Observable<ClusterEvent> =>
  inOrder(
    services.map((service) => ({
      name: nameOf(service),
      after: service.after,
      run: (shutdownAfter) => withRestarts(service, cluster$({ ...service.config, shutdownAfter })),
    })),
    reportError,
  );

const nameOf = ({ name, config: { name: given, exec } }: Service): string => {
  const path = String(typeof exec === 'function' ? exec() : exec);
  return name ?? given ?? basename(path, extname(path));
};

/** Restarts a service at the times of its schedule and when a watched file changes, as long as it runs. */
const withRestarts = (service: Service, run$: Observable<ClusterEvent>): Observable<ClusterEvent> => {
  const { watch, cron } = service;
  if (watch === undefined && cron.length === 0) return run$;
  const cluster = nameOf(service);
  const watched$ = (watch === undefined ? EMPTY : changesOf(watch)).pipe(
    catchError((error: unknown) => {
      reportError(new Error(`service ${cluster}: the files are not watched: ${String(error)}`, { cause: error }));
      return EMPTY;
    }),
  );
  return run$.pipe(
    connect((events$) => {
      const ended$ = events$.pipe(
        ignoreElements(),
        catchError(() => EMPTY),
        endWith(true),
      );
      const restarts$ = restartReasons(cron, watched$, process.cwd()).pipe(
        takeUntil(ended$),
        map((why) => void restart({ cluster, why })),
        ignoreElements(),
      );
      return merge(events$, restarts$);
    }),
  );
};
