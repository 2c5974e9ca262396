import type { Exit, RestartResult, WorkerRef } from '../index.js';
import type { SlotStatus } from '../status.js';
import type { Colour } from './style.js';
import { duration } from './units.js';

type Address = SlotStatus['workers'][number]['listens'][number];

/** Where a worker listens: `127.0.0.1:8080`, `*:8080`, or the path of a socket. */
export const place = ({ address, port }: Address): string => {
  if (port === null || port < 0) return address ?? 'an unknown place';
  return `${address?.includes(':') === true ? `[${address}]` : (address ?? '*')}:${port}`;
};

/** `worker 5 (pid 4711)`. */
export const workerName = ({ id, pid }: WorkerRef): string =>
  // One that could not be started has none.
  id < 0 ? 'a worker' : `worker ${id}${pid === undefined ? '' : ` (pid ${pid})`}`;

/** The causes of a restart that was not done: why, and the error that the worker ended with. */
export const causeOf = ({ cause }: RestartResult): string => {
  if (cause === undefined) return '';
  const who = cause.worker === undefined ? '' : `${workerName(cause.worker)} in slot ${cause.worker.slot}: `;
  const error = errorOf(cause.exit);
  return `${who}${cause.why}${cause.why.includes(error) ? '' : `: ${error}`}`;
};

const errorOf = (exit: Exit | undefined): string =>
  exit?.cause === undefined ? '' : `${exit.cause.name}: ${exit.cause.message}`;

/** The states that need no attention are green, those that pass are yellow. */
export const stateColour = (state: string): Colour => {
  if (['running', 'available', 'ready'].includes(state)) return 'green';
  if (['ended', 'vacant'].includes(state)) return 'dim';
  return ['hung', 'backoff', 'no answer'].includes(state) ? 'red' : 'yellow';
};

/** What is not as it should be in a slot, in words. */
export const troubleOf = (slot: SlotStatus, now: number): string | undefined => {
  const last = slot.lastExit === undefined ? '' : `: ${slot.lastExit.text}`;
  if (slot.state === 'backoff') {
    const next =
      slot.until === undefined
        ? 'gets no new worker'
        : `gets a new worker in ${duration(Math.max(0, slot.until - now))}`;
    return `slot ${slot.slot} ${next}${last}`;
  }
  if (slot.state === 'vacant') return `slot ${slot.slot} stays empty until the next restart or scaling${last}`;
  const hung = slot.workers.find(({ state }) => state === 'hung');
  if (hung !== undefined)
    return `slot ${slot.slot}: ${workerName(hung)} hangs${hung.why === undefined ? '' : `: ${hung.why}`}`;
  const paused = slot.workers.find(({ state }) => state === 'paused');
  return paused === undefined ? undefined : `slot ${slot.slot}: ${workerName(paused)} is paused`;
};
