import { retireWhenClosed } from '../../../src/features/retireWhenClosed/retireWhenClosed.js';
import type { ProcessEvent } from '../../../src/host/host.js';
import { puppet } from '../../marbles.js';
import { row, testConformance } from '../../operators/conformance.js';

const slotRef = { cluster: 'test', slot: 1, generation: 1 };
const events: readonly ProcessEvent[] = [{ type: 'fork', process: puppet().process }, { type: 'online' }];

testConformance([
  row(
    'retireWhenClosed',
    retireWhenClosed(true, () => {}, slotRef),
    events,
  ),
]);
