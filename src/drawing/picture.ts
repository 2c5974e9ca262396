/** What a cluster did, to be drawn as text or as SVG. Columns count from 0, at the left. */
export interface Picture {
  /** The cluster, where several are drawn together. */
  readonly name?: string;
  /** ms of a column. */
  readonly column: number;
  /** How many columns it has. */
  readonly width: number;
  /** The time of day at the first column, in ms since the epoch. Left out where time is virtual: it counts from 0. */
  readonly begin?: number;
  readonly rows: readonly Row[];
  /** How many workers have no row, because there would be too many. */
  readonly omitted?: number;
  /** What no row shows, in the order in which it happened. */
  readonly decisions: readonly Decision[];
}

/** A row: what came from outside, what one worker did for a time, the life of one worker, or the messages that were received. */
export interface Row {
  readonly kind: 'input' | 'condition' | 'worker' | 'output';
  /** Such as `SIGINT`, `worker 1 loops`, `worker 1, slot 1`, `messages$`. */
  readonly name: string;
  /** At most one in a column, from left to right. */
  readonly marks: readonly Mark[];
  /** The columns in which it is drawn, both included: of a worker, those in which its process exists. */
  readonly from: number;
  readonly to: number;
  /** The last sign of a worker before the first column. */
  readonly before?: string;
}

/** A sign in a column. */
export interface Mark {
  readonly at: number;
  readonly sign: string;
}

/** A sentence of the log. */
export interface Decision {
  /** Its column. Left out at the end: `complete`, or the error that the cluster ended with. */
  readonly at?: number;
  readonly sentence: string;
}
