import { of } from 'rxjs';
import { statsState } from '../../../src/features/workerStats/state.js';
import { withSamples } from '../../../src/features/workerStats/withSamples.js';
import type { ProcessEvent } from '../../../src/host/host.js';
import { puppet } from '../../marbles.js';
import { row, testConformance } from '../../operators/conformance.js';

const slotRef = { cluster: 'test', slot: 1, generation: 1 };
const events: readonly ProcessEvent[] = [{ type: 'fork', process: puppet().process }, { type: 'online' }];

testConformance([
  row(
    'withSamples',
    withSamples(of(true), statsState().state, () => {}, slotRef),
    events,
  ),
]);
