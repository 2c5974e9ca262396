import { of } from 'rxjs';
import { withLeadership } from '../../../src/features/leader/withLeadership.js';
import type { ProcessEvent } from '../../../src/host/host.js';
import { puppet, ref } from '../../marbles.js';
import { row, testConformance } from '../../operators/conformance.js';

const slotRef = { cluster: 'test', slot: 1, generation: 1 };
const events: readonly ProcessEvent[] = [{ type: 'fork', process: puppet().process }, { type: 'online' }];

testConformance([
  row(
    'withLeadership',
    withLeadership(of({ worker: ref() }), () => {}, slotRef),
    events,
  ),
]);
