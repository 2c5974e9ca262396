import { retireWhenClosed } from '../../../src/features/retireWhenClosed/retireWhenClosed.js';
import type { ProcessEvent } from '../../../src/host/host.js';
import { row, testConformance } from '../../operators/conformance.js';

const slotRef = { cluster: 'test', slot: 1, generation: 1 };
const process = { id: 1, pid: 1, disconnect: () => {}, tell: () => {}, kill: () => {} };
const events: readonly ProcessEvent[] = [{ type: 'fork', process }, { type: 'online' }];

testConformance([
  row(
    'retireWhenClosed',
    retireWhenClosed(true, () => {}, slotRef),
    events,
  ),
]);
