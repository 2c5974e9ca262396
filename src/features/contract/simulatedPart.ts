import type { OperatorFunction } from 'rxjs';

/** What the part of a feature that runs in a worker does in a simulated one. `B`: what a behaviour may say about it. */
export interface SimulatedPart<B extends object = object> {
  /** The feature's name. */
  readonly name: string;
  /** From what the feature tells the process to what the process answers. `mark` marks the process, until its channel has closed. */
  readonly simulate: (behaviour: B, mark: (marked: boolean) => void) => OperatorFunction<unknown, unknown>;
}
