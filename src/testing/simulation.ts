import type { Picture } from '../drawing/picture.js';
import { type Drawn, pictureOf } from '../drawing/pictureOf.js';
import { pictureText } from '../drawing/pictureText.js';
import type { ClusterEvent } from '../features/index.js';
import { type ClusterStatus, foldStatus } from '../status.js';
import { columnFor } from './columns.js';
import type { Input } from './script.js';

/** What happened in a simulation. Plain data; times in ms from its start. */
export interface Simulation {
  /** The events of the cluster, as `events$` emits them. */
  readonly events: readonly ClusterEvent[];
  /** What came from outside, and when it came: later than the script says if the machine was suspended then. */
  readonly inputs: readonly Input[];
  /** How `cluster$` ended; `running` if it had not at the end of the simulation. */
  readonly ending: 'complete' | 'error' | 'running';
  /** With the ending `error`: what `cluster$` errored with. */
  readonly error: unknown;
  /** When the cluster ended, or the simulation. */
  readonly endedAt: number;
  /** What the cluster, its slots and workers did at the end. Folded from the events when it is first read. */
  readonly status: ClusterStatus;
  /** What happened, to be drawn: 100 columns at most. Made when it is first read. */
  readonly picture: Picture;
  /** The picture as text, in the form of the files in `marbles/`. Made when it is first read. */
  readonly diagram: string;
}

/** What a run has brought. */
export type Outcome = Pick<Simulation, 'events' | 'inputs' | 'ending' | 'error' | 'endedAt'>;

/** An outcome with what can be made of it. */
export const simulationOf = (outcome: Outcome): Simulation => {
  const status = once(() => statusOf(outcome));
  const picture = once(() => drawn(outcome));
  const diagram = once(() => pictureText(picture()));
  return {
    ...outcome,
    get status() {
      return status();
    },
    get picture() {
      return picture();
    },
    get diagram() {
      return diagram();
    },
  };
};

const once = <T>(make: () => T): (() => T) => {
  let made: { readonly value: T } | undefined;
  return () => (made ??= { value: make() }).value;
};

const statusOf = ({ events }: Outcome): ClusterStatus => {
  const [status] = events.reduce(foldStatus, []);
  if (status === undefined) throw new Error('expected an event: a cluster that is subscribed forks at once');
  return status;
};

const maxColumns = 100;

const drawn = ({ events, inputs, ending, error, endedAt }: Outcome): Picture => {
  const column = columnFor(endedAt, maxColumns);
  return pictureOf({
    events,
    inputs: rowsOf(inputs),
    ending: ending === 'error' ? `error: ${error instanceof Error ? error.name : String(error)}` : endingText(ending),
    column,
    width: Math.floor(endedAt / column) + 1,
  });
};

const endingText = (ending: Simulation['ending']): string | undefined => (ending === 'running' ? undefined : ending);

/** What came from outside, a row for each name. */
export const rowsOf = (inputs: readonly Input[]): NonNullable<Drawn['inputs']> => {
  const rows = new Map<string, number[]>();
  for (const { input, at } of inputs) {
    const times = rows.get(input) ?? [];
    times.push(at);
    rows.set(input, times);
  }
  return Array.from(rows, ([name, times]) => ({ name, times }));
};
