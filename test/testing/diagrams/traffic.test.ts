import { expect, test } from 'vitest';
import { checkDiagramText } from '../../../src/testing/diagrams/checkDiagram.js';

/** Two workers, the second of which crashes at 20, with rows above and below them. */
const diagram = (above: string, below: string) => `# Traffic

Worker 2 crashes at 20.

options
  worker 2
  minReadyTime 3
  backoff {"initial":4,"jitter":0}

diagram
                      0         10        20        30        40
${above}
SIGINT                ----------------------------------------!
worker 1, slot 1      for--a----------------------------------t|
worker 2, slot 2      for--a--------------x
worker 3, slot 2                              for--a----------t|
${below}

decisions
   2  2 workers are ready after 2 ms
  20  slot 2 gets a new worker in 4 ms (early exits: 1 of 100)
  40  shutdown: SIGINT
  41  the last worker has left; ran for 41 ms
      complete
`;

test.each([
  [
    'before the subscription and after its end reaches nobody',
    'worker 1 publishes t  -----!--!------!\nworker 2 subscribes t ------!-----!',
    'topic t               --------2',
  ],
  [
    'by a worker that is not forked yet reaches nobody',
    'worker 3 publishes t  --------!-----------------!\nworker 1 subscribes t ------!',
    'topic t               --------------------------1',
  ],
  [
    'by the subscriber itself reaches it',
    'worker 2 publishes t  --------!\nworker 2 subscribes t ------!',
    'topic t               --------2',
  ],
  [
    'after the subscriber has crashed reaches nobody',
    'worker 1 publishes t  ------------------!---!\nworker 2 subscribes t ------!',
    'topic t               ------------------2',
  ],
])('what is published %s', (_, rows, received) => {
  expect(() => checkDiagramText(diagram(rows, received))).not.toThrow();
});

test('a topic row of a worker that is not drawn is refused with its place', () => {
  const rows = 'worker 9 subscribes t --------!';
  expect(() => checkDiagramText(diagram(rows, 'topic t               --------2'))).toThrow(
    "line 12, column 1: row 'worker 9 subscribes t': expected also a row 'worker 9, slot …'",
  );
});

test('a load is shared by all processes', () => {
  const text = `# A load

One worker is busy until another one shares the load.

options
  column 1000
  autoscale {"min":1,"max":2,"warmup":1000,"cooldown":1000,"emergency":false}
  minReadyTime 1000

diagram
                  0         10        20        30
load 1.8          -----!
SIGINT            ------------------------------!
worker 1, slot 1  fora--------------------------t|
worker 2, slot 2                 fora-----------t|

decisions
`;
  expect(() => checkDiagramText(text)).toThrow('from 1 to 2 workers: event loops 90 % busy over 10 s');
});
