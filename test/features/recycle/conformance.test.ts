import { asyncScheduler, NEVER, of } from 'rxjs';
import { recycleState } from '../../../src/features/recycle/state.js';
import { watchLimits } from '../../../src/features/recycle/watchLimits.js';
import type { ProcessEvent } from '../../../src/host/host.js';
import { counted, puppet } from '../../marbles.js';
import { row, testConformance } from '../../operators/conformance.js';
import { clusterOptions } from '../../clusterOptions.js';

const slotRef = { cluster: 'test', slot: 1, generation: 1 };
const events: readonly ProcessEvent[] = [{ type: 'fork', process: puppet().process }, { type: 'online' }];
const context = {
  options: clusterOptions({ recycle: { memory: '100M', age: 60_000 } }),
  on: () => NEVER,
  state$: of(counted(1)),
  slice: recycleState().state,
  host: { now: () => asyncScheduler.now(), random: () => 0.5 },
  emit: () => {},
};

testConformance([row('watchLimits', watchLimits(context, slotRef), events)]);
