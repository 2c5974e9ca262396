import { flag } from '../../validation/rule.js';
import { nameOf } from '../../vocabulary/wording.js';
import type { Feature } from '../contract/feature.js';
import { type LeaderDraft, leaderEvents } from './events.js';
import { leadership$ } from './leadership.js';
import { type LeaderState, leaderState } from './state.js';
import { name } from './frames.js';
import { withLeadership } from './withLeadership.js';
import { EMPTY, identity } from 'rxjs';

export interface LeaderOptions {
  /** Whether one worker at a time is the leader (`leader$` of `proteus-cluster/worker`). Default: false. */
  readonly leader?: boolean | undefined;
}

/** One worker at a time is the leader. */
export const leader: Feature<'leader', LeaderOptions, LeaderDraft, LeaderState> = {
  name,
  options: { leader: { rule: flag, default: false, needsPreload: true } },
  slice: leaderState,
  epic: (context) => (context.options.leader ? leadership$(context) : EMPTY),
  process: ({ options, on, emit }, slotRef) =>
    options.leader ? withLeadership(on('leader-begin'), emit, slotRef) : identity,
  events: leaderEvents,
  letters: { 'leader-begin': 'L', 'leader-end': 'N' },
  sentences: {
    'leader-begin': ({ worker }) => ['info', `${nameOf(worker)} is the leader`],
    'leader-end': ({ worker, why }) => ['info', `${nameOf(worker)} is no longer the leader: ${why}`],
  },
};
