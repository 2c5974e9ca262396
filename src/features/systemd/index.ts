import { filter, map } from 'rxjs';
import { flag } from '../../validation/rule.js';
import { errorData } from '../../vocabulary/errorData.js';
import type { Feature } from '../contract/feature.js';
import type { ServiceNotifications } from './settings.js';

export interface SystemdOptions {
  /** Whether systemd is told when the cluster is ready, restarts and stops, and that the master runs. Without effect where no service manager waits for it. Default: true. */
  readonly systemd?: boolean | undefined;
}

/** The service manager that has started the master is told what the cluster does. */
export const systemd: Feature<'systemd', SystemdOptions> = {
  name: 'systemd',
  options: { systemd: { rule: flag, default: true } },
  attach: {
    load: () => import('../../systemd.js'),
    settings: (options, { notifySocket, watchdog, descriptors }): ServiceNotifications | undefined => {
      const descriptor = descriptors.find(({ name }) => name === 'notify')?.fd;
      if (descriptor === undefined && !notifySocket) return undefined;
      return { descriptor, notifySocket, watchdog, silent: !options.systemd, readyTimeout: options.readyTimeout };
    },
  },
  /** What the part reports: a notification that could not be sent. */
  epic: ({ commands$ }) =>
    commands$.pipe(
      map(({ command }) => command),
      filter(isProblem),
      map(({ problem }) => ({ type: 'error', error: errorData(new Error(problem)) })),
    ),
  letters: {},
  sentences: {},
};

const isProblem = (command: unknown): command is { readonly problem: string } =>
  typeof command === 'object' && command !== null && 'problem' in command && typeof command.problem === 'string';
