import { flag, or } from '../../validation/rule.js';
import { nameOf } from '../../vocabulary/wording.js';
import type { Feature } from '../contract/feature.js';
import { type LeaderDraft, leaderEvents } from './events.js';
import { fleetTerms$, refusedTerms$ } from './fleetTerms.js';
import { leadership$ } from './leadership.js';
import { type LeaderState, leaderState } from './state.js';
import { name } from './frames.js';
import { withLeadership } from './withLeadership.js';
import { EMPTY, identity, merge } from 'rxjs';

export interface LeaderOptions {
  /**
   * Whether one worker at a time is the leader (`leader$` of `proteus-cluster/worker`). Default: false. `'fleet'`: one of all hosts (`proteus-cluster/fleet`); none before a term has been granted (`grantLeadership`).
   */
  readonly leader?: boolean | 'fleet' | undefined;
}

/** One worker at a time is the leader. */
export const leader: Feature<'leader', LeaderOptions, LeaderDraft, LeaderState> = {
  name,
  options: { leader: { rule: or(flag, (value) => value === 'fleet', `'fleet'`), default: false, needsPreload: true } },
  slice: leaderState,
  epic: (context) => {
    const { leader } = context.options;
    if (leader === 'fleet') return fleetTerms$(context);
    return merge(refusedTerms$(context), leader ? leadership$(context) : EMPTY);
  },
  process: ({ options, on, emit }, slotRef) =>
    options.leader
      ? withLeadership(on('leader-begin'), emit, slotRef, options.leader === 'fleet' ? on('leader-end') : EMPTY)
      : identity,
  events: leaderEvents,
  letters: { 'leader-begin': 'L', 'leader-end': 'N' },
  sentences: {
    'leader-begin': ({ worker, token }) => [
      'info',
      `${nameOf(worker)} is the leader${token === undefined ? '' : ` of the fleet, with the token ${token}`}`,
    ],
    'leader-end': ({ worker, why }) => ['info', `${nameOf(worker)} is no longer the leader: ${why}`],
  },
};
