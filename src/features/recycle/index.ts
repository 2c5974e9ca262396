import { EMPTY, identity } from 'rxjs';
import { nameOf } from '../../vocabulary/wording.js';
import type { Feature } from '../contract/feature.js';
import { type RecycleDraft, recycleEvents } from './events.js';
import { type Recycle, recycleRule } from './options.js';
import { recycling$ } from './recycling.js';
import { sentenceOf } from './sentence.js';
import { type RecycleState, recycleState } from './state.js';
import { watchLimits } from './watchLimits.js';

export interface RecycleOptions {
  /** When a worker is replaced by a new one although it has not failed: at a limit of memory, age or requests, or at a time of day. Default: never. */
  readonly recycle?: Recycle | undefined;
}

const hasLimit = ({ memory, age, requests }: Recycle): boolean =>
  memory !== undefined || age !== undefined || requests !== undefined;

/** Workers that have reached a limit are replaced, one at a time. */
export const recycle: Feature<'recycle', RecycleOptions, RecycleDraft, RecycleState> = {
  name: 'recycle',
  options: {
    recycle: {
      rule: recycleRule,
      default: {},
      needsPreload: ({ requests }) => (requests === undefined ? undefined : 'requests'),
    },
  },
  slice: recycleState,
  epic: (context) => {
    const options = context.options.recycle;
    return hasLimit(options) || options.at !== undefined ? recycling$(options, context) : EMPTY;
  },
  process: (context, slotRef) => (hasLimit(context.options.recycle) ? watchLimits(context, slotRef) : identity),
  events: recycleEvents,
  letters: { recycle: 'Y' },
  sentences: {
    recycle: (event) => [event.early === undefined ? 'info' : 'warn', `${nameOf(event.worker)} ${sentenceOf(event)}`],
  },
};
