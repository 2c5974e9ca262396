import { expect, test } from 'vitest';
import { checkDiagramText } from '../../../src/testing/diagrams/checkDiagram.js';

/** A request to one worker, with a row about the worker and what comes of it. */
const request = (about: string, result: string) => `# A request

Worker 1 is asked at 10.

options
  worker 1
  minReadyTime 3
  health false

diagram
                  0         10        20        30
request 8ms       ----------!
${about}
SIGINT            ------------------------------!
worker 1, slot 1  for--a------------------------t|
${result}

decisions
   2  1 worker is ready after 2 ms
  30  shutdown: SIGINT
  31  the last worker has left; ran for 31 ms
      complete
`;

test.each([
  ['replies at once while it does not hang', 'worker 1 blocked  --------------!---!', 'replies           ----------1'],
  ['replies when it goes on', 'worker 1 blocked  --------!-----!', 'replies           --------------1'],
  [
    'that hangs longer does not reply in time',
    'worker 1 blocked  --------!-------------------!',
    'timeout           ------------------1',
  ],
  ['is silent no longer', 'worker 1 silent   !--------!', 'replies           ----------1'],
])('a worker %s', (_, about, result) => {
  expect(() => checkDiagramText(request(about, result))).not.toThrow();
});
