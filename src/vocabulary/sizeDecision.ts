/** A number of workers and the reason for it, which is in the `scale` event. */
export interface SizeDecision {
  /** From 1 to 10000. If it is the size that the cluster has, the event says why it stays. */
  readonly to: number;
  readonly why: string;
}
