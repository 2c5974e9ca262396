/** A master that was found: its pid, and the names of its clusters. */
export interface FoundMaster {
  readonly pid: number;
  readonly clusters: readonly string[];
}

/** No master was found that fits, or several fit. `running` has the masters that were found. */
export class SelectionError extends Error {
  override readonly name = 'SelectionError';
  constructor(
    /** `none`: no master fits. `several`: more than one does. */
    readonly reason: 'none' | 'several',
    message: string,
    readonly running: readonly FoundMaster[] = [],
  ) {
    super(message);
  }
}
