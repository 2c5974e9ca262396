/** A diagram that comes out as it is drawn. */
export const crash = `# A crash

Worker 2 is replaced.

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
