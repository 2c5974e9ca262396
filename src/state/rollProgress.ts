import type { CoreEvent, EventOf } from '../vocabulary/events.js';

/** How far the roll that is under way has come. Slots are replaced in the order of their numbers. */
export interface RollProgress {
  readonly roll: number;
  /** The last slot whose turn has come. */
  readonly lastBegun: number;
  /** The last slot that is to be replaced. One that has been closed meanwhile needs it no longer, also when it is open again. */
  readonly lastSlot: number;
  readonly inProgress: ReadonlySet<number>;
  readonly replaced: ReadonlySet<number>;
  /** The workers from before the roll that were asked to leave and have not exited. */
  readonly outgoing: ReadonlySet<number>;
  readonly failed: EventOf<CoreEvent, 'replace-abort'> | undefined;
}

export interface MutableRollProgress extends RollProgress {
  lastBegun: number;
  lastSlot: number;
  readonly inProgress: Set<number>;
  readonly replaced: Set<number>;
  readonly outgoing: Set<number>;
  failed: EventOf<CoreEvent, 'replace-abort'> | undefined;
}

/** A roll of the slots from `first` to `lastSlot` begins, with these workers already on their way out. */
export const rollProgress = (
  roll: number,
  lastSlot: number,
  outgoing: Iterable<number>,
  first = 1,
): MutableRollProgress => ({
  roll,
  lastBegun: first - 1,
  lastSlot,
  inProgress: new Set(),
  replaced: new Set(),
  outgoing: new Set(outgoing),
  failed: undefined,
});

/** A slot's turn begins or ends. `outgoing`: the workers that it has replaced. */
export const advance = (
  of: MutableRollProgress,
  event: EventOf<CoreEvent, 'replace-begin' | 'replace-end' | 'replace-abort'>,
  outgoing: readonly number[] = [],
): void => {
  if (event.roll !== of.roll) return;
  if (event.type === 'replace-begin') {
    of.lastBegun = event.slot;
    // A scaling that was told just before has closed the slot: nobody begins, and nobody will say that it has ended.
    if (event.slot <= of.lastSlot) of.inProgress.add(event.slot);
    return;
  }
  of.inProgress.delete(event.slot);
  if (event.type === 'replace-end') of.replaced.add(event.slot);
  else of.failed ??= event;
  for (const id of outgoing) of.outgoing.add(id);
};

/** Slots beyond `size` are closed, and these workers of theirs go. */
export const shrink = (of: MutableRollProgress, size: number, outgoing: Iterable<number>): void => {
  of.lastSlot = Math.min(of.lastSlot, size);
  for (const slot of of.inProgress) if (slot > size) of.inProgress.delete(slot);
  for (const id of outgoing) of.outgoing.add(id);
};
