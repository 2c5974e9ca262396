import { asyncScheduler } from 'rxjs';
import type { EventDraft } from '../vocabulary/events.js';
import type { HistoryDraft, HistoryEntry } from '../vocabulary/messageBatch.js';
import type { Slice } from './slice.js';
import { type ClusterState, clusterState } from './clusterState.js';
import type { Memory } from '../operators/general/loop.js';

/** The memory of one run of a cluster: it numbers the events and folds them into the cluster state. */
export type EventHistory = Memory<HistoryDraft, HistoryEntry, ClusterState>;

/** A new history, for a cluster with this name and this number of slots. */
export const eventHistory = (
  cluster: string,
  slots: number,
  slices: ReadonlyMap<string, Slice> = new Map(),
): EventHistory => {
  let seq = 0;
  const stamp = (draft: HistoryDraft): HistoryEntry => {
    const time = asyncScheduler.now();
    if (draft.type === 'messages') {
      const first = seq + 1;
      seq += draft.messages.length;
      const { worker, messages, json, handle, reply } = draft;
      // Written out, because batches are frequent and object spread takes ten times as long.
      const batch = { time, seq: first, cluster, type: draft.type, worker, messages, json };
      return handle === undefined && reply === undefined ? batch : { ...batch, ...draft };
    }
    seq += 1;
    // The draft is spread last: with drafts of many shapes, V8 is about ten times as fast in this order.
    return { time, seq, cluster, ...finite(draft) };
  };
  const core = clusterState(slots, slices);
  const parts = [core, ...slices.values()];
  const fold = (entry: HistoryEntry): boolean => {
    // No part of the state depends on messages.
    if (entry.type === 'messages') return false;
    let changed = false;
    for (const part of parts) changed = part.fold(entry) || changed;
    return changed;
  };
  return { stamp, state: core.state, fold };
};

/** Leaves out infinite delays and limits, because JSON has no Infinity. */
const finite = (draft: EventDraft): EventDraft => {
  if (draft.type !== 'backoff' && draft.type !== 'degraded' && draft.type !== 'give-up') return draft;
  const { limit, ...others } = draft;
  const limited = { ...others, ...(limit !== undefined && limit < Infinity && { limit }) };
  if (limited.type === 'give-up') return limited;
  const { delay, ...rest } = limited;
  return { ...rest, ...(delay !== undefined && delay < Infinity && { delay }) };
};
