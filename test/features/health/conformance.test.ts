import { NEVER } from 'rxjs';
import { watchHealth } from '../../../src/features/health/watchHealth.js';
import { watchHeld } from '../../../src/features/health/watchHeld.js';
import type { ProcessEvent } from '../../../src/host/host.js';
import { counted, now, puppet } from '../../marbles.js';
import { row, testConformance } from '../../operators/conformance.js';

const slotRef = { cluster: 'test', slot: 1, generation: 1 };
const events: readonly ProcessEvent[] = [{ type: 'fork', process: puppet().process }, { type: 'online' }];
const context = {
  on: () => NEVER,
  emit: () => {},
  state$: NEVER,
  state: counted(1),
  host: { now, random: () => 0.5 },
  options: { readyTimeout: 30 },
};

testConformance([
  row('watchHealth', watchHealth({ interval: 5, timeout: 20, stack: false }, context, slotRef), events),
  row('watchHeld', watchHeld({ interval: 5, timeout: 20, stack: false }, context, slotRef, NEVER), events),
]);
