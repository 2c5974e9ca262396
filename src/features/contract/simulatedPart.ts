import type { OperatorFunction } from 'rxjs';
import type { Rules } from '../../validation/rule.js';

/** A simulated process runs no JavaScript for a while: it hears nothing and says nothing, and no signal but SIGKILL and SIGABRT ends it. Times in ms. */
export interface Hang {
  /** From its fork. */
  readonly after: number;
  /** Default: for ever. */
  readonly for?: number;
  /** What the operating system sees: it uses a whole core, it is stopped (SIGABRT does not end it either), or it uses no CPU. */
  readonly how: 'loop' | 'stopped' | 'blocked';
}

/** Replaces a feature's part of the preload in a simulated worker. `B`: the fields that it adds to `WorkerBehaviour`. */
export interface SimulatedPart<B extends object = object> {
  /** The feature's name. */
  readonly name: string;
  /** An operator from the frames that the process receives to those that it sends. `mark` marks the process until its channel has closed. */
  readonly simulate: (behaviour: B, mark: (marked: boolean) => void) => OperatorFunction<unknown, unknown>;
  /** The rules of the fields that it adds. */
  readonly rules: Rules;
  /** What rows of diagrams say about a worker, by what follows in their name: `loops` for `worker 1 loops`. It does so from `begin` to `end`, in ms from its fork; `end` may be `Infinity`. With `walksOut: Infinity` a `g` in the worker's row is what the master does about it. */
  readonly rows?: Readonly<Record<string, (begin: number, end: number) => B & { readonly walksOut?: number }>>;
}
