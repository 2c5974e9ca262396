import type { CoreEvent, EventOf } from '../vocabulary/events.js';

/** The progress of the current roll. Slots are replaced in the order of their numbers. */
export interface RollProgress {
  readonly roll: number;
  /** The last slot whose replacement has begun. */
  readonly lastBegun: number;
  /** The last slot that is to be replaced. A slot that was closed during the roll needs no replacement, also after it has been opened again: its worker is new. */
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

/** The progress at the begin of a roll of the slots from `first` to `lastSlot`. `outgoing`: ids of workers that are leaving already. */
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

/** Updates `progress` when the replacement of a slot begins or ends. `outgoing`: ids of the workers that were replaced. */
export const advance = (
  progress: MutableRollProgress,
  event: EventOf<CoreEvent, 'replace-begin' | 'replace-end' | 'replace-abort'>,
  outgoing: readonly number[] = [],
): void => {
  if (event.roll !== progress.roll) return;
  if (event.type === 'replace-begin') {
    progress.lastBegun = event.slot;
    // A `scale` event just before has closed the slot: no replacement is forked, so no end of it will be emitted.
    if (event.slot <= progress.lastSlot) progress.inProgress.add(event.slot);
    return;
  }
  progress.inProgress.delete(event.slot);
  if (event.type === 'replace-end') progress.replaced.add(event.slot);
  else progress.failed ??= event;
  for (const id of outgoing) progress.outgoing.add(id);
};

/** Updates `progress` when the slots above `size` are closed. `outgoing`: ids of their workers. */
export const shrink = (progress: MutableRollProgress, size: number, outgoing: Iterable<number>): void => {
  progress.lastSlot = Math.min(progress.lastSlot, size);
  for (const slot of progress.inProgress) if (slot > size) progress.inProgress.delete(slot);
  for (const id of outgoing) progress.outgoing.add(id);
};
