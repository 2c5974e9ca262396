import { is } from '../../index.js';
import type { FeatureEnding } from '../featureEnding.js';

/** How long a leader took to confirm that it is none any more. One that left before that never did. */
export const leader: FeatureEnding = {
  endingOf: (events) => {
    const asked = events.find(is('retire'));
    const end = events.find(is('leader-end'));
    if (asked === undefined || end === undefined || end.time < asked.time) return {};
    return { resigns: end.why === 'it leaves' ? end.time - asked.time : Infinity };
  },
  spans: ['resigns'],
};
