import { asyncScheduler } from 'rxjs';
import type { ClusterEvent, Draft } from '../events.js';
import { type Census, census } from './census.js';
import type { Memory } from './loop.js';

/** What one run of the master remembers: a running number for its events, and the census. */
export type History = Memory<Draft, ClusterEvent, Census>;

export const history = (slots: number): History => {
  let seq = 0;
  const stamp = (draft: Draft): ClusterEvent => {
    seq += 1;
    return { ...draft, time: asyncScheduler.now(), seq };
  };
  return { stamp, ...census(slots) };
};
