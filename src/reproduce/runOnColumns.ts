import { asyncScheduler } from 'rxjs';
import { type ClusterEvent, is } from '../index.js';
import { type Input, simulate, type WorkerBehaviour } from '../testing.js';
import { type BehaviourRow, behaviourRowsOf, memoryRowsOf } from './behaviourRowsOf.js';
import { onColumns } from './onColumns.js';
import type { Reproduction } from './reproduce.js';
import { scriptOf } from './scriptOf.js';

/** A simulation of a recorded run, in whole columns. */
export interface RunOnColumns {
  readonly events: readonly ClusterEvent[];
  /** What came from outside, and what no letter says about the workers. */
  readonly rows: readonly BehaviourRow[];
  /** The line at the end of the decisions; `undefined` of a cluster that still runs. */
  readonly ending: string | undefined;
  /** How many columns it has. */
  readonly width: number;
}

/** Simulates a recorded run in which all that the workers do, and what comes from outside, happens at the begin of a column. */
export const runOnColumns = (
  column: number,
  { config, script }: Pick<Reproduction, 'config' | 'script'>,
): RunOnColumns => {
  const { workers, random } = scriptOf(script);
  const behaviours: WorkerBehaviour[] = [];
  const forkedAt = new Map<number, number>();
  const width = Math.ceil(script.until / column);
  const { events, inputs, ending, error } = simulate(config, {
    duration: width * column,
    inputs: script.inputs.map(({ at, input }): Input => ({ at: Math.floor(at / column) * column, input })),
    random,
    workers: (slotRef, fork) => {
      const now = asyncScheduler.now();
      const behaviour = typeof workers === 'function' ? onColumns(workers(slotRef, fork), now, column) : {};
      forkedAt.set(fork, now);
      behaviours.push(behaviour);
      return behaviour;
    },
  });
  // A standby worker has no row before it takes a slot.
  const drawn = new Set(events.filter(is('fork')).map(({ worker }) => worker.id));
  const said = behaviours.flatMap((behaviour, index) =>
    drawn.has(index + 1) ? behaviourRowsOf(index + 1, behaviour, forkedAt.get(index + 1) ?? 0) : [],
  );
  return {
    events,
    rows: [...said, ...memoryRowsOf(events, forkedAt), ...inputRows(inputs)],
    ending: endingText(ending, error),
    width,
  };
};

const inputRows = (inputs: readonly Input[]): readonly BehaviourRow[] =>
  [...new Set(inputs.map(({ input }) => input))].map((name) => ({
    name,
    times: inputs.filter(({ input }) => input === name).map(({ at }) => at),
  }));

const endingText = (ending: string, error: unknown): string | undefined => {
  if (ending === 'running') return undefined;
  return ending === 'error' ? `error: ${error instanceof Error ? error.name : String(error)}` : ending;
};
