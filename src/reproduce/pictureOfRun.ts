import { type Picture, pictureOf } from '../drawing.js';
import type { ClusterEvent } from '../index.js';
import type { Input } from '../testing.js';

/** What is drawn of a run. Times in ms. */
export interface DrawnRun {
  readonly events: readonly ClusterEvent[];
  readonly inputs: readonly Input[];
  readonly begin: number;
  readonly end: number;
}

/** A picture of a run, with `columns` columns at most. */
export const pictureOfRun = ({ events, inputs, begin, end }: DrawnRun, columns = 100): Picture => {
  const column = columnFor(end - begin, columns);
  const names = [...new Set(inputs.map(({ input }) => input))];
  const ending = events.at(-1)?.type === 'end' ? endingOf(events) : undefined;
  return pictureOf({
    events,
    inputs: names.map((name) => ({
      name,
      times: inputs.filter(({ input }) => input === name).map(({ at }) => at),
    })),
    ending,
    begin,
    column,
    width: Math.floor((end - begin) / column) + 1,
  });
};

const endingOf = (events: readonly ClusterEvent[]): string =>
  events.some(({ type }) => type === 'give-up') ? 'error: ForkLimitError' : 'complete';

/** The ms of a column: 1, 2 or 5, or ten times that, and so on. */
const columnFor = (duration: number, columns: number): number => {
  const least = (duration + 1) / columns;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, least)));
  return [1, 2, 5, 10].map((step) => step * power).find((column) => column >= least) ?? 10 * power;
};
