import { Subscription } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import type { Diagram } from './diagram.js';
import { DiagramError } from './diagramError.js';
import { type PlayedDiagram, playEvents } from './playDiagram.js';

/** A diagram whose options sample each worker for a year would take too long. */
const mostTimers = 100_000;

/**
 * Plays a diagram that has been read, at once and in virtual time of its own: what came out, as events and as a picture.
 *
 * Throws `DiagramError` for one that is stopped because too much happens in it.
 *
 * @example
 * const { events } = simulateDiagram(readDiagram(readFileSync('crash.txt', 'utf8')));
 */
export const simulateDiagram = (diagram: Diagram): PlayedDiagram => {
  let played: PlayedDiagram | undefined;
  let failure: unknown;
  let timers = 0;
  const scheduler = new TestScheduler(() => {});
  const schedule = scheduler.schedule.bind(scheduler);
  // Nothing more happens when no timer is added, so virtual time ends.
  scheduler.schedule = (...timer) => {
    timers += 1;
    return timers > mostTimers ? Subscription.EMPTY : schedule(...timer);
  };
  scheduler.run(() =>
    playEvents(diagram).subscribe({
      next: (result) => (played = result),
      error: (thrown: unknown) => (failure = thrown),
    }),
  );
  if (timers > mostTimers)
    throw new DiagramError(
      diagram.expected.header,
      1,
      `expected less to happen: it was stopped after ${mostTimers} timers. Use a smaller column, or fewer workers`,
    );
  if (played === undefined) throw failure;
  return played;
};
