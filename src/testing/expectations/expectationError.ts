import { pictureText } from '../../drawing/pictureText.js';
import { eventLine } from '../eventLine.js';
import { pictureAround } from '../pictureAround.js';
import type { Simulation } from '../simulation.js';

/** How many events up to the moment are told. */
const shownEvents = 8;

/** Something expected of a simulation did not happen. The message has the last events up to the moment, and a diagram of what happened around it. */
export class ExpectationError extends Error {
  override readonly name = 'ExpectationError';
  constructor(
    problem: string,
    simulation: Simulation,
    /** When it was noticed, in ms. */
    readonly at: number,
    since?: number,
  ) {
    super([problem, lastEvents(simulation, at), diagramAround(simulation, at, since)].join('\n\n'));
  }
}

const lastEvents = ({ events }: Simulation, at: number): string =>
  events
    .filter(({ time }) => time <= at)
    .slice(-shownEvents)
    .map(eventLine)
    .join('\n');

const diagramAround = (simulation: Simulation, at: number, since: number | undefined): string => {
  const { begin, picture } = pictureAround(simulation, at, since);
  return `from ${begin} ms, a column is ${picture.column} ms:\n${pictureText(picture)}`;
};
