import type { CoreEvent } from './events.js';

/** The compiler sees to it that none is missing. */
const types: Readonly<Record<CoreEvent['type'], true>> = {
  fork: true,
  online: true,
  listening: true,
  message: true,
  ready: true,
  available: true,
  stable: true,
  overdue: true,
  leaving: true,
  'replace-request': true,
  retire: true,
  kill: true,
  disconnect: true,
  exit: true,
  cut: true,
  hooks: true,
  error: true,
  backoff: true,
  degraded: true,
  'give-up': true,
  vacant: true,
  scale: true,
  'log-dropped': true,
  started: true,
  restart: true,
  'restart-begin': true,
  'replace-begin': true,
  'replace-end': true,
  'replace-abort': true,
  'restart-end': true,
  'restart-abort': true,
  mixed: true,
  signal: true,
  shutdown: true,
  waiting: true,
  end: true,
};

/** The types of the core's events. */
export const coreEventTypes: readonly string[] = Object.keys(types);
