// A diagram in a test: `node examples/rehearsal/crash.test.js`. With one that is wrong it shows what the error says.
import { ok } from 'node:assert/strict';
import { checkDiagramText, DiagramError, readDiagram, simulateDiagram } from 'proteus-cluster/testing';

const diagram = `# A worker that crashes is replaced

Its slot gets a new worker after 4 ms.

options
  worker 2
  minReadyTime 3
  backoff {"initial":4,"jitter":0}

diagram
                  0         10        20        30
SIGINT            ------------------------------!
worker 1, slot 1  for--a------------------------t|
worker 2, slot 2  for--a----x
worker 3, slot 2                for--a----------t|

decisions
   2  2 workers are ready after 2 ms
  10  slot 2 gets a new worker in 4 ms (early exits: 1 of 100)
  30  shutdown: SIGINT
  31  the last worker has left; ran for 31 ms
      complete
`;

checkDiagramText(diagram);

// Its events say more than the picture.
const { events } = simulateDiagram(readDiagram(diagram));
ok(events.some(({ type, delay }) => type === 'backoff' && delay === 4));

try {
  checkDiagramText(diagram.replace('for--a----x', 'for--a-----x'));
} catch (thrown) {
  if (!(thrown instanceof DiagramError)) throw thrown;
  console.log(thrown.message);
}
