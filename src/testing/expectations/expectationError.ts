import { pictureText } from '../../drawing/pictureText.js';
import { eventLine } from '../eventLine.js';
import { pictureAround } from '../pictureAround.js';
import type { Simulation } from '../simulation.js';

/** How many events are told: the last ones, or the first ones since it began. */
const shownEvents = 10;

/** Something expected of a simulation did not happen. The message has events up to the moment, and a diagram of what happened around it. */
export class ExpectationError extends Error {
  override readonly name = 'ExpectationError';
  constructor(
    problem: string,
    simulation: Simulation,
    /** When it was noticed, in ms. */
    readonly at: number,
    /** When it began. */
    since?: number,
  ) {
    super([problem, eventsBefore(simulation, at, since), diagramAround(simulation, at, since)].join('\n\n'));
  }
}

const eventsBefore = ({ events }: Simulation, at: number, since: number | undefined): string => {
  const past = events.filter(({ time }) => time <= at && time >= (since ?? 0));
  const shown = since === undefined ? past.slice(-shownEvents) : past.slice(0, shownEvents);
  return shown.map(eventLine).join('\n');
};

const diagramAround = (simulation: Simulation, at: number, since: number | undefined): string => {
  const { begin, picture } = pictureAround(simulation, at, since);
  return `from ${begin} ms, a column is ${picture.column} ms:\n${pictureText(picture)}`;
};
