import { nameOf } from '../../vocabulary/wording.js';
import type { Feature } from '../contract/feature.js';
import { type ClosedDraft, closedEvents } from './events.js';
import { name } from './frames.js';
import { retireWhenClosed as retire } from './retireWhenClosed.js';

/** A worker whose application has closed its servers leaves, if `ready` means listening. */
export const retireWhenClosed: Feature<'retireWhenClosed', object, ClosedDraft> = {
  name,
  options: {},
  process: ({ options: { ready }, emit }, slotRef) => retire(ready === 'auto' || ready === 'listening', emit, slotRef),
  events: closedEvents,
  letters: { closed: 'c' },
  sentences: {
    closed: ({ worker }) => ['warn', `${nameOf(worker)} has closed its servers`],
  },
};
