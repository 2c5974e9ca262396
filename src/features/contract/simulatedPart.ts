import type { OperatorFunction } from 'rxjs';

/** Replaces a feature's part of the preload in a simulated worker. `B`: the fields that it adds to `WorkerBehaviour`. */
export interface SimulatedPart<B extends object = object> {
  /** The feature's name. */
  readonly name: string;
  /** An operator from the frames that the process receives to those that it sends. `mark` marks the process until its channel has closed. */
  readonly simulate: (behaviour: B, mark: (marked: boolean) => void) => OperatorFunction<unknown, unknown>;
}
