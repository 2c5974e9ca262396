import { asyncScheduler } from 'rxjs';
import type { ClusterEvent, Draft } from '../events.js';
import { type Census, census } from './census.js';
import type { Memory } from './loop.js';

/** What one run of the master remembers: a running number for its events, and the census. */
export type History = Memory<Draft, ClusterEvent, Census>;

/** Begins one, for a cluster of that name and so many slots. */
export const history = (cluster: string, slots: number): History => {
  let seq = 0;
  const stamp = (draft: Draft): ClusterEvent => {
    seq += 1;
    return { ...draft, time: asyncScheduler.now(), seq, cluster };
  };
  return { stamp, ...census(slots) };
};
