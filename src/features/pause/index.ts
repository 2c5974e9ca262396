import { nameOf } from '../../vocabulary/wording.js';
import type { Feature } from '../contract/feature.js';
import type { PauseCommand } from './commands.js';
import { endWithProcess } from './endWithProcess.js';
import { type PauseDraft, pauseEvents } from './events.js';
import { name } from './frames.js';
import { rotation$ } from './rotation.js';
import { type PauseState, pauseState } from './state.js';

const commandOf =
  (asked: PauseCommand['asked']) =>
  (slot: string): PauseCommand | undefined =>
    /^[1-9]\d*$/.test(slot) ? { asked, slot: Number(slot), why: `${asked}()` } : undefined;

/** The worker of a slot can be taken out of rotation and put back, while its process stays. */
export const pause: Feature<'pause', object, PauseDraft, PauseState> = {
  name,
  options: {},
  slice: pauseState,
  epic: rotation$,
  commands: { pause: commandOf('pause'), resume: commandOf('resume') },
  process: ({ slice, emit }, slotRef) => endWithProcess(slice, emit, slotRef),
  events: pauseEvents,
  letters: { pause: 'T', resume: 'U', 'pause-refused': 'n' },
  sentences: {
    pause: ({ worker, why }) => ['info', `${nameOf(worker)} is paused: ${why}`],
    resume: ({ worker, why, serves }) => [
      'info',
      serves
        ? `${nameOf(worker)} is resumed: ${why}`
        : `${nameOf(worker)} is not paused any more: ${why}. The next worker of its slot is not paused`,
    ],
    'pause-refused': ({ asked, slot, why }) => ['warn', `slot ${slot} is not ${asked}d: ${why}`],
  },
};
