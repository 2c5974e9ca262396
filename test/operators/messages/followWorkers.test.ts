import { concatMap, type Observable, of, type OperatorFunction, takeWhile, throwError } from 'rxjs';
import {
  type FollowedWorker,
  followWorkers,
  type FollowedSlot,
} from '../../../src/operators/messages/followWorkers.js';
import { marbles } from '../../marbles.js';

const worker = (id: number, ready = true, leaving = false): FollowedWorker => ({ id, ready, leaving });
const place = (...workers: readonly FollowedWorker[]): FollowedSlot<FollowedWorker> => ({ vacant: false, workers });
const vacant: FollowedSlot<FollowedWorker> = { vacant: true, workers: [] };

/** Snapshots of one or two slots. */
const snapshots: Readonly<Record<string, readonly FollowedSlot<FollowedWorker>[]>> = {
  o: [place()],
  b: [place(worker(1, false))],
  '1': [place(worker(1))],
  B: [place(worker(1), worker(2, false))],
  h: [place(worker(1), worker(2))],
  l: [place(worker(1, true, true), worker(2))],
  '2': [place(worker(2))],
  L: [place(worker(1, true, true))],
  D: [place(worker(1, false, true))],
  p: [place(worker(1)), place(worker(2, false))],
  P: [place(worker(1)), place(worker(2))],
  q: [place(worker(1)), place()],
  r: [place(worker(1)), place(worker(3))],
  v: [place(worker(1)), vacant],
};

/** Follows workers by their parts. In a part, \`x\` says that the worker has left. */
const following = (
  parts: Readonly<Record<number, Observable<string>>>,
): OperatorFunction<readonly FollowedSlot<FollowedWorker>[], string> =>
  followWorkers(({ id }, left$) =>
    (parts[id] ?? throwError(() => `worker ${id} is not to be followed`)).pipe(
      takeWhile((value) => value !== 'x', true),
      concatMap((value) => (value === 'x' ? left$ : of(value))),
    ),
  );

marbles('follows a slot from one worker to the next', ({ cold, hot, expectObservable, expectSubscriptions }) => {
  const slots = hot('    1-----o--b-2---', snapshots);
  const one = cold('     -a-a-x         ');
  const oneSubs = '      ^----!---------';
  const two = cold('                -c-c');
  const twoSubs = '      -----------^---';
  const expected = '     -a-a--------c-c';

  expectObservable(slots.pipe(following({ 1: one, 2: two }))).toBe(expected);
  expectSubscriptions(one.subscriptions).toBe(oneSubs);
  expectSubscriptions(two.subscriptions).toBe(twoSubs);
});

marbles(
  'emits values of both workers while both run, and subscribes to each once',
  ({ cold, hot, expectObservable, expectSubscriptions }) => {
    const slots = hot('    1--B-h--hl-l-2---', snapshots);
    const one = cold('     -a---a---a--x    ');
    const two = cold('          -c---c---c-c');
    const twoSubs = '      -----^-----------';
    const expected = '     -a---ac--ac---c-c';

    expectObservable(slots.pipe(following({ 1: one, 2: two }))).toBe(expected);
    expectSubscriptions(two.subscriptions).toBe(twoSubs);
  },
);

marbles('follows workers of added slots', ({ cold, hot, expectObservable }) => {
  const slots = hot('    1--p--P--', snapshots);
  const one = cold('     a----a---');
  const two = cold('           c--');
  const expected = '     a----ac--';
  expectObservable(slots.pipe(following({ 1: one, 2: two }))).toBe(expected);
});

marbles('does not follow a worker that is not ready or is leaving', ({ hot, expectObservable }) => {
  const slots = hot('    b--D--L--o--', snapshots);
  const expected = '     ------------';
  expectObservable(slots.pipe(following({}))).toBe(expected);
});

marbles(
  'completes when the stream of each worker has ended by itself',
  ({ cold, hot, expectObservable, expectSubscriptions }) => {
    const slots = hot('    P---------', snapshots);
    const slotSubs = '     ^------!--';
    const one = cold('     -a-|      ');
    const two = cold('     --c--c-|  ');
    const expected = '     -ac--c-|  ';

    expectObservable(slots.pipe(following({ 1: one, 2: two }))).toBe(expected);
    expectSubscriptions(slots.subscriptions).toBe(slotSubs);
  },
);

marbles('waits for slots without a ready worker', ({ cold, hot, expectObservable }) => {
  const booting = hot('  p----P----', snapshots);
  const one = cold('     -a-|      ');
  const two = cold('          -c-| ');
  const expected1 = '    -a----c-| ';

  const emptied = hot('  P---q-r---', snapshots);
  const short = cold('   --a-|     ');
  const leaving = cold(' -c-x      ');
  const next = cold('          -c-|');
  const expected2 = '    -ca----c-|';

  expectObservable(booting.pipe(following({ 1: one, 2: two }))).toBe(expected1);
  expectObservable(emptied.pipe(following({ 1: short, 2: leaving, 3: next }))).toBe(expected2);
});

marbles('does not wait for a vacant slot', ({ cold, hot, expectObservable }) => {
  const slots = hot('    P---v-----', snapshots);
  const one = cold('     -a----|   ');
  const two = cold('     --c-x     ');
  const expected = '     -ac---|   ';
  expectObservable(slots.pipe(following({ 1: one, 2: two }))).toBe(expected);
});

marbles(
  'when a stream ends because its worker leaves, the next worker is followed',
  ({ cold, hot, expectObservable }) => {
    const slots = hot('    1--L--o--2----', snapshots);
    const one = cold('     -a--|         ');
    const two = cold('              -c-x ');
    const expected = '     -a--------c---';
    expectObservable(slots.pipe(following({ 1: one, 2: two }))).toBe(expected);
  },
);

marbles('completes with the slots, after the current streams', ({ cold, hot, expectObservable }) => {
  const slots = hot('    1--|      ', snapshots);
  const one = cold('     -a---a-x  ');
  const expected = '     -a---a-|  ';
  expectObservable(slots.pipe(following({ 1: one }))).toBe(expected);
});

marbles(
  'errors with one stream, and unsubscribes the others',
  ({ cold, hot, expectObservable, expectSubscriptions }) => {
    const slots = hot('    P------', snapshots);
    const subs = '         ^--!---';
    const one = cold('     -a-#   ');
    const two = cold('     --c--c-');
    const expected = '     -ac#   ';

    expectObservable(slots.pipe(following({ 1: one, 2: two }))).toBe(expected);
    expectSubscriptions(slots.subscriptions).toBe(subs);
    expectSubscriptions(two.subscriptions).toBe(subs);
  },
);
