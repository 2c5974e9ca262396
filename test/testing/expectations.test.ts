import { expect, test } from 'vitest';
import { policy, temporary } from '../../src/policy.js';
import {
  byFork,
  bySlot,
  expectAtMostForks,
  expectAtMostProcesses,
  expectEnding,
  expectNeverFewerReady,
  expectRecoveredWithin,
  expectRestart,
  simulate,
} from '../../src/testing.js';

/** A cluster in which the worker of slot 1 crashes at 5 s, with a delay before the respawn. */
const crash = (delay = 100) =>
  simulate(
    { worker: 2, backoff: { initial: delay, max: delay, jitter: 0 } },
    { duration: 60_000, workers: [{ crashes: { after: 5_000 } }] },
  );

const restart = (config = {}, workers = byFork([])) =>
  simulate({ worker: 2, ...config }, { duration: 60_000, workers, inputs: [{ at: 10_000, input: 'restart' }] });

const failing = byFork([{}, {}], { crashes: { after: 10 } });

/** The first line of what it throws; empty if it throws nothing. */
const problemOf = (check: () => void): string => {
  try {
    check();
    return '';
  } catch (thrown) {
    return thrown instanceof Error ? (thrown.message.split('\n')[0] ?? '') : String(thrown);
  }
};

test('an error has the last events and what happened around the moment', () => {
  expect(() => expectNeverFewerReady(crash(), 2)).toThrowErrorMatchingInlineSnapshot(`
    [ExpectationError: expected never fewer than 2 ready, got 1 at 5000 ms

           2 ms  worker 1 (slot 1, pid 1001) is ready: listens on 127.0.0.1:80
           2 ms  worker 2 (slot 2, pid 1002) listens on 127.0.0.1:80
           2 ms  worker 2 (slot 2, pid 1002) is ready: listens on 127.0.0.1:80
           2 ms  2 workers are ready after 2 ms
        1002 ms  worker 1 (slot 1, pid 1001) is available
        1002 ms  worker 2 (slot 2, pid 1002) is available
        5000 ms  worker 1 (slot 1, pid 1001) has disconnected
        5000 ms  worker 1 (slot 1, pid 1001) exited with code 1
        5000 ms  slot 1 has lost worker 1 (slot 1, pid 1001), which exited with code 1
        5000 ms  slot 1 gets a new worker in 100 ms (early exits: 1 of 100)

    from 3898 ms, a column is 50 ms:
    diagram
                      0         10        20        30        40
    worker 1, slot 1  ----------------------x
    worker 2, slot 2  ---------------------------------------------
    worker 3, slot 1                          r-------------------a

    decisions
      22  slot 1 gets a new worker in 100 ms (early exits: 1 of 100)]
  `);
});

test('what happened around a moment is shown of a long time as well', () => {
  const simulation = simulate(
    { worker: 2 },
    {
      duration: 36_000_000,
      workers: bySlot({ 1: { crashes: { after: 600_000 } } }),
      inputs: [{ at: 18_000_000, input: 'SIGUSR2' }],
    },
  );
  expect(() => expectAtMostProcesses(simulation, 2)).toThrowErrorMatchingInlineSnapshot(`
    [ExpectationError: expected 2 processes at most, got 3 at 18000000 ms

    17400002 ms  worker 31 (slot 1, pid 1031) is ready: listens on 127.0.0.1:80
    17401002 ms  worker 31 (slot 1, pid 1031) is available
    17460000 ms  worker 31 (slot 1, pid 1031) is stable
    18000000 ms  SIGUSR2: restart
    18000000 ms  restart asked for by SIGUSR2
    18000000 ms  restart 1 begins with slot 1
    18000000 ms  slot 1 gets a new worker beside the old one
    18000000 ms  worker 32 (slot 1, pid 1032) forked (roll)
    18000000 ms  worker 31 (slot 1, pid 1031) has disconnected
    18000000 ms  worker 31 (slot 1, pid 1031) exited with code 1

    from 17998998 ms, a column is 50 ms:
    diagram
                      0         10        20        30        40
    SIGUSR2           --------------------!
    worker 2, slot 2  -----------------------------------------
    worker 31, slot 1 --------------------x
    worker 32, slot 1                     r-------------------a
    worker 33, slot 2                                         f

    decisions
      20  restart asked for by SIGUSR2
      20  restart 1 begins with slot 1
      20  slot 1 gets a new worker beside the old one
      40  slot 1 is served by worker 32 (slot 1, pid 1032) now
      40  slot 2 gets a new worker beside the old one]
  `);
});

test('expectNeverFewerReady', () => {
  const first = 'expected never fewer than 2 ready, got 1 at 5000 ms';
  expect(problemOf(() => expectNeverFewerReady(crash(), 2))).toBe(first);
  expect(problemOf(() => expectNeverFewerReady(crash(), 1))).toBe('');
  expect(problemOf(() => expectNeverFewerReady(restart(), 2))).toBe('');
  expect(problemOf(() => expectNeverFewerReady(restart({ maxSurge: 0 }), 2))).toBe(
    'expected never fewer than 2 ready, got 1 at 10000 ms',
  );
});

const between = (from: number, to: number) => problemOf(() => expectNeverFewerReady(crash(), 2, { from, to }));

test('expectNeverFewerReady between times', () => {
  expect([between(2, 5_000), between(5_102, 60_000)]).toEqual(['', '']);
  expect([between(2, 5_001), between(5_101, 60_000)]).toEqual([
    'expected never fewer than 2 ready, got 1 at 5000 ms',
    'expected never fewer than 2 ready, got 1 at 5101 ms',
  ]);
});

test('expectNeverFewerReady: what is over in the same millisecond does not count', () => {
  const workers = byFork([{ crashes: { after: 5_000 } }], { online: 0, listening: 0 });
  const simulation = simulate({ worker: 2, backoff: { initial: 0 } }, { duration: 60_000, workers });
  expect(simulation.events.filter(({ type, time }) => type === 'ready' && time === 5_000)).toHaveLength(1);
  expect(problemOf(() => expectNeverFewerReady(simulation, 2))).toBe('');
});

test('expectNeverFewerReady begins when all first workers are ready, and ends with a shutdown', () => {
  const workers = [{ listening: 500 }];
  const stopped = simulate({ worker: 2 }, { duration: 60_000, workers, inputs: [{ at: 5_000, input: 'SIGTERM' }] });
  expectNeverFewerReady(stopped, 2);
  const never = simulate({ worker: 2 }, { duration: 1_000, workers: [{ listening: false as const }] });
  expect(problemOf(() => expectNeverFewerReady(never, 2))).toBe(
    'expected never fewer than 2 ready, and the first workers were never all ready',
  );
});

test('expectRecoveredWithin', () => {
  expect(problemOf(() => expectRecoveredWithin(crash(), 102))).toBe('');
  expect(problemOf(() => expectRecoveredWithin(crash(), 101))).toBe(
    'expected slot 1 to recover within 101 ms from its crash at 5000 ms, and at 5101 ms it had not',
  );
});

test('expectRecoveredWithin counts from the first crash', () => {
  const workers = [{ crashes: { after: 5_000 } }, {}, { crashes: { after: 1 } }];
  const twice = simulate({ worker: 2, backoff: { initial: 100, max: 100, jitter: 0 } }, { duration: 60_000, workers });
  expect(problemOf(() => expectRecoveredWithin(twice, 202))).toMatch(/from its crash at 5000 ms, and at 5202 ms/);
  expect(problemOf(() => expectRecoveredWithin(twice, 203))).toBe('');
});

test('expectRecoveredWithin fails if the cluster gives up or the slot stays empty, and not after a shutdown', () => {
  const broken = simulate({ worker: 1 }, { duration: 60_000, workers: () => ({ crashes: { after: 1 } }) });
  expect(problemOf(() => expectRecoveredWithin(broken, 60_000))).toBe(
    'expected slot 1 to recover within 60000 ms from its crash at 1 ms, and the cluster ended at 1505 ms',
  );
  const workers = [{ crashes: { after: 5_000 } }];
  const empty = simulate({ worker: 1, respawn: policy(temporary()) }, { duration: 60_000, workers });
  expect(problemOf(() => expectRecoveredWithin(empty, 60_000))).toMatch(/and the cluster ended at 5000 ms/);
  const backoff = { initial: 1_000, jitter: 0 };
  const stopped = simulate(
    { worker: 2, backoff },
    { duration: 60_000, workers, inputs: [{ at: 5_100, input: 'shutdown' }] },
  );
  expect(problemOf(() => expectRecoveredWithin(stopped, 500))).toBe('');
  const closed = simulate(
    { worker: 2, backoff },
    { duration: 60_000, workers: [{}, ...workers], inputs: [{ at: 5_100, input: 'scale 1' }] },
  );
  expect(problemOf(() => expectRecoveredWithin(closed, 500))).toBe('');
});

test('expectRecoveredWithin says nothing about a crash shortly before the end', () => {
  const { events, ...rest } = crash();
  expect(problemOf(() => expectRecoveredWithin({ ...rest, events, endedAt: 60_000 }, 54_999))).toBe('');
  const late = simulate({ worker: 1 }, { duration: 5_050, workers: [{ crashes: { after: 5_000 } }] });
  expect([49, 50].map((ms) => problemOf(() => expectRecoveredWithin(late, ms)))).toEqual([
    'expected slot 1 to recover within 49 ms from its crash at 5000 ms, and at 5049 ms it had not',
    '',
  ]);
});

test('expectAtMostForks', () => {
  expect(problemOf(() => expectAtMostForks(crash(), 3))).toBe('');
  expect(problemOf(() => expectAtMostForks(crash(), 2))).toBe('expected 2 forks at most, got 3 from 0 to 5100 ms');
  expect(problemOf(() => expectAtMostForks(crash(), 2, { within: 5_100 }))).toBe('');
  expect(problemOf(() => expectAtMostForks(crash(), 2, { within: 5_101 }))).toMatch(/from 0 to 5100 ms/);
  expect(problemOf(() => expectAtMostForks(crash(), 1, { why: 'respawn' }))).toBe('');
  expect(problemOf(() => expectAtMostForks(crash(), 0, { why: 'respawn' }))).toBe(
    'expected 0 forks at most with the reason respawn, got 1 from 5100 to 5100 ms',
  );
});

test('expectAtMostProcesses', () => {
  expect(problemOf(() => expectAtMostProcesses(restart({ maxSurge: 1 }), 3))).toBe('');
  expect(problemOf(() => expectAtMostProcesses(restart({ maxSurge: 1 }), 2))).toBe(
    'expected 2 processes at most, got 3 at 10000 ms',
  );
  expect(problemOf(() => expectAtMostProcesses(restart({ maxSurge: 0 }), 2))).toBe('');
});

test('expectEnding', () => {
  const broken = restart({}, () => ({ crashes: { after: 1 } }));
  expect(problemOf(() => expectEnding(broken, 'error'))).toBe('');
  expect(problemOf(() => expectEnding(broken, 'error', 'ForkLimitError'))).toBe('');
  expect(problemOf(() => expectEnding(broken, 'error', 'RangeError'))).toMatch(
    /^expected the cluster to end with RangeError, and at \d+ ms it ended with ForkLimitError: gave up/,
  );
  expect(problemOf(() => expectEnding(crash(), 'error'))).toBe(
    'expected the cluster to end with an error, and at 60000 ms it was running',
  );
  const stopped = simulate({ worker: 1 }, { duration: 1_000, inputs: [{ at: 100, input: 'shutdown' }] });
  expect(problemOf(() => expectEnding(stopped, 'complete'))).toBe('');
  expect(problemOf(() => expectEnding(stopped, 'running'))).toBe(
    'expected the cluster to be running at the end, and at 101 ms it completed',
  );
});

test('expectRestart', () => {
  expect(problemOf(() => expectRestart(restart(), 'done'))).toBe('');
  const aborted = restart({}, failing);
  expect(problemOf(() => expectRestart(aborted, 'aborted'))).toBe('');
  expect(problemOf(() => expectRestart(aborted, 'aborted', { restart: 1, why: 'exited with code 1' }))).toBe('');
  expect(problemOf(() => expectRestart(aborted, 'aborted', { why: /code \d/ }))).toBe('');
  expect(problemOf(() => expectRestart(aborted, 'aborted', { why: 'overdue' }))).toMatch(
    /^expected restart 1 to be aborted \(overdue\), and at 10010 ms it was aborted: .*exited with code 1/,
  );
  expect(problemOf(() => expectRestart(aborted, 'done'))).toMatch(
    /^expected restart 1 to be done, and at 10010 ms it was aborted: /,
  );
  expect(problemOf(() => expectRestart(aborted, 'done', { restart: 2 }))).toBe(
    'expected restart 2 to be done, and 1 have begun',
  );
  expect(problemOf(() => expectRestart(crash(), 'done'))).toBe('expected restart to be done, and 0 have begun');
  const slow = restart({}, byFork([{}, {}], { listening: 55_000 }));
  expect(problemOf(() => expectRestart(slow, 'done'))).toBe('expected restart 1 to be done, and it has not ended');
});

const wrong: readonly (readonly [string, () => void, string])[] = [
  ['a count', () => expectNeverFewerReady(crash(), Number.NaN), 'expectNeverFewerReady: expected a whole number'],
  [
    'a span',
    () => expectNeverFewerReady(crash(), 1, { from: -1 }),
    'expectNeverFewerReady.from: expected a time in ms',
  ],
  [
    'a time',
    () => expectRecoveredWithin(crash(), -1),
    'expectRecoveredWithin: expected a time in ms, 0 or more, got -1',
  ],
  ['forks', () => expectAtMostForks(crash(), 1.5), 'expectAtMostForks: expected a whole number'],
  [
    'forks within',
    () => expectAtMostForks(crash(), 1, { within: -1 }),
    'expectAtMostForks.within: expected a time in ms',
  ],
  ['processes', () => expectAtMostProcesses(crash(), -1), 'expectAtMostProcesses: expected a whole number'],
  [
    'an ending',
    // As in JavaScript.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    () => expectEnding(crash(), 'ended' as 'error'),
    "expectEnding: expected 'complete' or 'error' or 'running'",
  ],
  ['an error', () => expectEnding(crash(), 'error', ''), 'expectEnding.error: expected a string that is not empty'],
  [
    'an outcome',
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    () => expectRestart(crash(), 'ok' as 'done'),
    "expectRestart: expected 'done' or 'aborted' or 'cancelled'",
  ],
  ['a restart', () => expectRestart(crash(), 'done', { restart: 0 }), 'expectRestart.restart: expected a whole number'],
];

test.for(wrong)('a wrong argument is a ConfigError: %s', ([, check, message]) => {
  expect(problemOf(check)).toContain(message);
});
