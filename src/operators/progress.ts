import type { ClusterEvent, Of } from '../events.js';

/** How far the roll that is under way has come. Slots are replaced in the order of their numbers. */
export interface Progress {
  readonly roll: number;
  /** The last slot whose turn has come. */
  readonly begun: number;
  /** The last slot that is to be replaced. One that has been closed meanwhile needs it no longer, also when it is open again. */
  readonly reach: number;
  readonly underWay: ReadonlySet<number>;
  readonly replaced: ReadonlySet<number>;
  /** The workers from before the roll that were asked to leave and have not exited. */
  readonly outgoing: ReadonlySet<number>;
  readonly failed: Of<ClusterEvent, 'replace-abort'> | undefined;
}

export interface OpenProgress extends Progress {
  begun: number;
  reach: number;
  readonly underWay: Set<number>;
  readonly replaced: Set<number>;
  readonly outgoing: Set<number>;
  failed: Of<ClusterEvent, 'replace-abort'> | undefined;
}

/** A roll of the slots from `first` to `reach` begins, with these workers already on their way out. */
export const progress = (roll: number, reach: number, outgoing: Iterable<number>, first = 1): OpenProgress => ({
  roll,
  begun: first - 1,
  reach,
  underWay: new Set(),
  replaced: new Set(),
  outgoing: new Set(outgoing),
  failed: undefined,
});

/** A slot's turn begins or ends. `outgoing`: the workers that it has replaced. */
export const advance = (
  of: OpenProgress,
  event: Of<ClusterEvent, 'replace-begin' | 'replace-end' | 'replace-abort'>,
  outgoing: readonly number[] = [],
): void => {
  if (event.roll !== of.roll) return;
  if (event.type === 'replace-begin') {
    of.begun = event.slot;
    // A scaling that was told just before has closed the slot: nobody begins, and nobody will say that it has ended.
    if (event.slot <= of.reach) of.underWay.add(event.slot);
    return;
  }
  of.underWay.delete(event.slot);
  if (event.type === 'replace-end') of.replaced.add(event.slot);
  else of.failed ??= event;
  for (const id of outgoing) of.outgoing.add(id);
};

/** Slots beyond `size` are closed, and these workers of theirs go. */
export const shrink = (of: OpenProgress, size: number, outgoing: Iterable<number>): void => {
  of.reach = Math.min(of.reach, size);
  for (const slot of of.underWay) if (slot > size) of.underWay.delete(slot);
  for (const id of outgoing) of.outgoing.add(id);
};
