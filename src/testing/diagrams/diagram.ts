import type { Config } from '../../config/options.js';
import type { AutoscaleOptions } from '../../operators/scaling/autoscaleOptions.js';
import type { Line } from './diagramError.js';
import type { WorkerBehaviour } from '../simulatedHost.js';

/** A scenario that has been read from text. */
export interface Diagram {
  readonly title: string;
  /** What it shows: the first sentence below the title. */
  readonly sentence: string;
  /** The clusters, in the order in which they start: mostly one, without a name. */
  readonly clusters: readonly DiagramCluster[];
  /** What restarts the clusters, if one fails. */
  readonly supervisor: DiagramSupervisor | undefined;
  /** The options of `autoscale()`, which decides how many workers there are. */
  readonly autoscale: AutoscaleOptions | undefined;
  /** How many ms a column is: the option `column`, or 1. */
  readonly column: number;
  /** What the master draws at random, in its order, and 0.5 from then on: the option `random`. */
  readonly random: readonly number[];
  /** The rows of what comes from outside: signals, `restart`, `scale 4`, `shutdown`, `force`, commands of features, `suspended 1h`, `request 8ms`, `observe 5ms`, `load 3`, and those such as `worker 1 rss 600M`. */
  readonly inputs: readonly DiagramInput[];
  /** How each worker behaves, by the number of its fork. */
  readonly behaviours: ReadonlyMap<number, WorkerBehaviour>;
  /** The names of the rows of what the master receives: `messages$`, `cmd m`, `route m`, `unrouted`, `replies`, `timeout`, `gone`, `observed`, `topic t`. */
  readonly outputs: readonly string[];
  /** The last column. */
  readonly end: number;
  /** The expected result: the rows and the decisions. */
  readonly picture: string;
  /** The same as lines of the text. */
  readonly expected: ExpectedLines;
}

/** A cluster of a diagram. */
export interface DiagramCluster {
  /** Rows and decisions begin with it, where a diagram has several clusters. */
  readonly name?: string;
  readonly options: Config;
}

/** A supervisor of the clusters of a diagram, with the options of `oneForAll` and `restForOne`. */
export interface DiagramSupervisor {
  readonly name: 'oneForAll' | 'restForOne';
  readonly intensity: number;
  readonly period: number;
}

/** What is expected to come out. */
export interface ExpectedLines {
  readonly ruler: Line;
  readonly rows: readonly Line[];
  /** The line `decisions`, and those below it. */
  readonly header: Line;
  readonly decisions: readonly Line[];
}

/** A row of inputs: `!` in a column is the time of one. In a row such as `worker 1 rss 600M`, the first `!` is when that begins and the second when it ends. */
export interface DiagramInput {
  readonly name: string;
  readonly marks: string;
}
