import { between, type Rule, whole } from '../../validation/rule.js';
import type { WorkerRef } from '../../vocabulary/events.js';
import { nameOf } from '../../vocabulary/wording.js';
import type { Feature } from '../contract/feature.js';
import { type StandbyDraft, standbyEvents } from './events.js';
import { name } from './frames.js';
import { keepStandby } from './keepStandby.js';
import { type StandbyState, standbyState } from './state.js';

export interface StandbyOptions {
  /** How many workers are kept that have booted but do not listen. When a worker dies, one of them takes its slot at once. Default: 0. */
  readonly standby?: number | undefined;
}

/** As many as `worker` allows. */
const count: Rule = {
  accepts: (value) => whole(0).accepts(value) && between(0, 10_000).accepts(value),
  expected: 'a whole number from 0 to 10000',
};

/** Workers that have booted take over when a worker dies. */
export const standby: Feature<'standby', StandbyOptions, StandbyDraft, StandbyState> = {
  name,
  options: { standby: { rule: count, default: 0, needsMasterSockets: true } },
  slice: standbyState,
  forks: keepStandby,
  events: standbyEvents,
  letters: { 'standby-begin': 'j', takeover: 'O', 'standby-end': 'K' },
  sentences: {
    'standby-begin': ({ worker, after }) => ['info', `${spareName(worker)} has booted in ${Math.round(after)} ms`],
    takeover: ({ worker, waited }) => [
      'info',
      `${nameOf(worker)} takes over: it was a standby worker for ${Math.round(waited)} ms`,
    ],
    'standby-end': ({ worker, why, delay }) =>
      delay === undefined
        ? ['info', `${spareName(worker)} takes no slot: ${why}`]
        : ['warn', `${spareName(worker)} takes no slot: ${why}; the next one in ${Math.round(delay)} ms`],
  },
};

const spareName = ({ id, pid }: WorkerRef): string => `standby worker ${id}${pid === undefined ? '' : ` (pid ${pid})`}`;
