import { concatMap, filter, map, takeLast, takeWhile, throwError, timer } from 'rxjs';
import type { FleetEvent } from '../../../src/fleet/api/fleetEvent.js';
import { persistent } from '../../../src/fleet/api/persistent.js';
import { marbles } from '../../marbles.js';

const joined: FleetEvent = { type: 'joined', host: 'a' };
const problem: FleetEvent = { type: 'problem', problem: 'no permission' };
const refused = new Error('no permission');

marbles(
  'an error is a problem, and the part begins anew after 5 s',
  ({ cold, expectObservable, expectSubscriptions }) => {
    const part$ = cold('j--#', { j: joined }, refused);
    expectObservable(persistent(part$), '^ 5004ms !').toBe('j--p 4999ms j', { j: joined, p: problem });
    expectSubscriptions(part$.subscriptions).toBe(['^--!', '5003ms ^-!']);
  },
);

marbles('it completes with the part', ({ cold, expectObservable }) => {
  expectObservable(persistent(cold('j--|', { j: joined }))).toBe('j--|', { j: joined });
});

/** How many calls are on the stack. */
const stackDepth = (): number => {
  const { stackTraceLimit } = Error;
  Error.stackTraceLimit = Infinity;
  const { stack = '' } = new Error('for its stack');
  Error.stackTraceLimit = stackTraceLimit;
  return stack.split('\n').length;
};

marbles('the last of 20,000 failures is a problem as the first, and runs no deeper', ({ expectObservable }) => {
  const failures = 20_000;
  const last = { event: problem, number: failures, deeper: 0 };
  let first = 0;
  const last$ = persistent(timer(1).pipe(concatMap(() => throwError(() => refused)))).pipe(
    map((event, index) => ({ event, number: index + 1 })),
    // The stack is slow to read.
    filter(({ number }) => number === 1 || number % 200 === 0),
    map((failure) => {
      first ||= stackDepth();
      return { ...failure, deeper: stackDepth() - first };
    }),
    takeWhile(({ number, deeper }) => number < failures && deeper === 0, true),
    takeLast(1),
  );
  // The part takes 1 ms.
  expectObservable(last$).toBe(`${failures + (failures - 1) * 5_000}ms (l|)`, { l: last });
});
