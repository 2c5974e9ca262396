import { featureLetters } from '../features/fold.js';
import type { ClusterEvent } from '../features/index.js';
import type { EventDraft } from '../vocabulary/events.js';

/** One letter for each type of event, in every diagram: lower case for what happens to a worker, capitals for what the master decides. */
const coreLetters: Readonly<Record<EventDraft['type'], string>> = {
  fork: 'f',
  online: 'o',
  listening: 'l',
  message: 'm',
  ready: 'r',
  available: 'a',
  stable: 's',
  overdue: 'v',
  leaving: 'g',
  'replace-request': 'p',
  retire: 't',
  kill: 'k',
  disconnect: 'd',
  exit: 'x',
  cut: 'u',
  hooks: 'h',
  error: 'e',
  departure: 'y',
  backoff: 'H',
  degraded: 'D',
  'give-up': 'G',
  vacant: 'V',
  scale: 'C',
  'log-dropped': 'J',
  // No capital is left.
  reopen: '@',
  started: 'S',
  restart: 'R',
  'restart-begin': 'B',
  'replace-begin': 'P',
  'replace-end': 'Q',
  'replace-abort': 'A',
  'restart-end': 'E',
  'restart-abort': 'Z',
  mixed: 'M',
  signal: 'I',
  shutdown: 'X',
  waiting: 'W',
  end: 'F',
};

/** The letter of each type of event, those of features included. */
export const letters: Readonly<Record<string, string>> = { ...coreLetters, ...featureLetters };

/** The letter of an event. */
export const letterOf = ({ type }: { readonly type: string }): string => letters[type] ?? '?';

/**
 * The sign of an event in a row of a diagram: its letter, or one of two signs for more detail.
 *
 * ```
 * |   exit, after this master had asked the worker to leave: its Observable completes
 * q   kill, by SIGTERM
 * ```
 */
export const signOf = (event: ClusterEvent): string => {
  if (event.type === 'exit' && event.requested) return '|';
  if (event.type === 'kill' && event.signal === 'SIGTERM') return 'q';
  return letterOf(event);
};
