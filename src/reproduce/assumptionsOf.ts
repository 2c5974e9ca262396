import { type ClusterEvent, is } from '../index.js';
import type { Known } from './knownWorkers.js';

/** What a run does not tell, and what is assumed instead. `leaves`: the time that a worker takes to leave that was never asked to; `isMedian`: of the others. */
export const assumptionsOf = (
  events: readonly ClusterEvent[],
  workers: readonly Known[],
  whole: boolean,
  leaves: { readonly ms: number; readonly isMedian: boolean },
): readonly string[] => {
  const early = workers.filter((worker) => worker.early);
  const running = workers.filter((worker) => !worker.events.some(is('exit', 'standby-end')));
  const ended = events.at(-1)?.type === 'end';
  const drawsAtRandom = events.some(
    (event) => event.type === 'recycle' && (event.why === 'age' || event.why === 'requests'),
  );
  const known = new Set(workers.map(({ id }) => id));
  const unknownStandby = events.some((event) => event.type === 'standby-end' && !known.has(event.worker.id));
  const dismissedStandby = events.some((event) => event.type === 'standby-end' && event.exit === undefined);
  const assumed: readonly (readonly [boolean, string])[] = [
    [
      !whole,
      'The recording begins while the cluster runs: its workers are assumed to have been stable by then, with no early exit that still counts.',
    ],
    [
      early.length > 0,
      `The boot of ${named(early)} is not recorded: it is assumed to be as that of the others (median).`,
    ],
    [running.length > 0 && !ended, `At the end of the recording ${named(running)} still ran: nothing further happens.`],
    [
      true,
      `A worker that was never asked to leave is assumed to take ${leaves.ms} ms to leave${leaves.isMedian ? ', as the others (median)' : ''}.`,
    ],
    [
      true,
      'A worker that was never forked is assumed to live as the one of its slot that was forked nearest to it in time.',
    ],
    [
      unknownStandby,
      'A standby worker that was dismissed before it had booted is not known: it is assumed to live as the other standby workers.',
    ],
    [
      dismissedStandby,
      'How long a standby worker that took no slot needed to leave is not recorded: it is assumed to be gone when the next one boots, or to take as long as the others.',
    ],
    [
      drawsAtRandom,
      'The limits of `recycle` are drawn at random, which is not recorded: the middle of their range is assumed.',
    ],
  ];
  return assumed.filter(([holds]) => holds).map(([, text]) => text);
};

const named = (workers: readonly Known[]): string =>
  workers.length === 1 ? `worker ${workers[0]?.id}` : `workers ${workers.map(({ id }) => id).join(', ')}`;
