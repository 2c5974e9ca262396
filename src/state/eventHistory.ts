import { asyncScheduler } from 'rxjs';
import type { CoreEvent, EventDraft } from '../vocabulary/events.js';
import type { Slice } from './slice.js';
import { type ClusterState, clusterState } from './clusterState.js';
import type { Memory } from '../operators/general/loop.js';

/** What one run of the master remembers: a running number for its events, and the census. */
export type EventHistory = Memory<EventDraft, CoreEvent, ClusterState>;

/** Begins one, for a cluster of that name and so many slots. */
export const eventHistory = (
  cluster: string,
  slots: number,
  slices: ReadonlyMap<string, Slice> = new Map(),
): EventHistory => {
  let seq = 0;
  const stamp = (draft: EventDraft): CoreEvent => {
    seq += 1;
    const time = asyncScheduler.now();
    // Written out for what is said most often.
    if (draft.type === 'message' && !('handle' in draft) && !('reply' in draft))
      return { time, seq, cluster, type: 'message', worker: draft.worker, message: draft.message };
    // The draft last: V8 copies into what is begun some ten times as fast as it adds to a copy, if the drafts are of many shapes.
    return { time, seq, cluster, ...draft };
  };
  const core = clusterState(slots, slices);
  const parts = [core, ...slices.values()];
  const fold = (event: CoreEvent): boolean => {
    let changed = false;
    for (const part of parts) changed = part.fold(event) || changed;
    return changed;
  };
  return { stamp, state: core.state, fold };
};
