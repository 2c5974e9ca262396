import * as fc from 'fast-check';
import { fixedFeatureRules } from './features.js';
import { describe, expect, test } from 'vitest';
import { ForkLimitError } from '../../src/vocabulary/errors.js';
import { is } from '../../src/api/is.js';
import type { WorkerBehaviour } from '../../src/testing/simulatedHost.js';
import { crewOf, stays } from './crew.js';
import { diagram } from './diagram.js';
import { found } from './found.js';
import { violation } from './invariants.js';
import { run } from './run.js';
import { type Schedule, schedule } from './schedule.js';
import { firstSeed } from './simulate.js';
import { verify } from './verify.js';

const crashing: WorkerBehaviour = { crashes: { after: 1 } };
const some = (max: number, min = 1) => fc.integer({ min, max });

/** One schedule after another in which nothing is left to chance but what is named. */
const plain = (rules: Partial<Schedule['rules']>, rest: Partial<Schedule> = {}): Schedule => ({
  rules: {
    worker: 1,
    maxSurge: 1,
    respawn: 'permanent',
    ready: 'auto',
    maxForkCount: 5,
    minUptime: 30,
    backoff: { initial: 1, factor: 2, max: 9, jitter: 0 },
    maxBooting: 'any',
    ...fixedFeatureRules,
    disconnectTimeout: 20,
    readyTimeout: 20,
    minReadyTime: 2,
    ...rules,
  },
  workers: [],
  others: {},
  commands: [],
  sizes: [],
  until: 2_000,
  random: 0.5,
  ...rest,
});

describe('the budget', () => {
  test('one worker that always crashes makes exactly maxForkCount forks', () => {
    const always = some(30).map((maxForkCount) => plain({ maxForkCount }, { others: crashing }));
    const verified = verify(
      always,
      50,
      ({ schedule, forked, error }) => {
        const { maxForkCount } = schedule.rules;
        if (!(error instanceof ForkLimitError)) return `ended with ${String(error)}`;
        return forked.length === maxForkCount ? undefined : `${forked.length} forks, not ${maxForkCount}`;
      },
      firstSeed,
    );
    expect(verified).toBe(50);
  });

  test('N workers that always crash make at most maxForkCount + N − 1, or one each', () => {
    const always = fc
      .tuple(some(30), some(12), fc.array(some(20), { minLength: 50, maxLength: 50 }))
      .map(([maxForkCount, worker, deaths]) =>
        plain({ maxForkCount, worker }, { workers: deaths.map((after) => ({ crashes: { after } })), others: crashing }),
      );
    const verified = verify(
      always,
      60,
      ({ schedule, forked, error, events }) => {
        const { maxForkCount = 0, worker } = schedule.rules;
        if (!(error instanceof ForkLimitError)) return `ended with ${String(error)}`;
        // A slot that has not failed yet holds off giving up, and the others go on slowly meanwhile.
        const patient = events.filter(is('degraded')).length;
        const most = Math.max(worker, maxForkCount + worker - 1 + patient);
        const forks = forked.filter(({ held }) => !held).length;
        return forks <= most ? undefined : `${forks} forks, ${most} at most`;
      },
      firstSeed,
    );
    expect(verified).toBe(60);
  });
});

describe('the first start', () => {
  test('fails when every slot has had its attempts, in the time that these take', () => {
    const always = fc
      .tuple(some(6), some(6), fc.array(some(20), { minLength: 60, maxLength: 60 }))
      .map(([maxStartAttempts, worker, deaths]) =>
        plain(
          { worker, maxStartAttempts, maxForkCount: undefined, ready: 'message' },
          { workers: deaths.map((after) => ({ crashes: { after } })), others: crashing },
        ),
      );
    const verified = verify(
      always,
      100,
      (history) => {
        const { schedule, forked, error, events, endedAt } = history;
        const { worker, maxStartAttempts = 0, backoff } = schedule.rules;
        if (!(error instanceof ForkLimitError)) return `ended with ${String(error)}`;
        if (error.limit !== maxStartAttempts) return `the limit is ${error.limit}`;
        const forks = forked.filter(({ held }) => !held).length;
        if (forks < worker * maxStartAttempts) return `only ${forks} forks`;
        const early = events.filter(is('backoff')).length;
        if (early !== worker * (maxStartAttempts - 1)) return `${early} respawns after a wait`;
        // Each attempt takes at most 20 ms, and the last workers leave in one.
        const bound = maxStartAttempts * 20 + (maxStartAttempts - 1) * backoff.max + 1;
        if (endedAt > bound) return `it took ${endedAt} ms, ${bound} are fair`;
        return violation(history);
      },
      firstSeed,
    );
    expect(verified).toBe(100);
  });

  test('never loses a worker that boots in time to slots that fail', () => {
    const slow = fc
      .record({ worker: some(5, 2), healthy: some(5), listening: some(29), maxStartAttempts: some(5) })
      .map(({ worker, healthy, listening, maxStartAttempts }) =>
        plain(
          { worker, maxStartAttempts, maxForkCount: undefined, ready: 'listening', readyTimeout: 30 },
          {
            workers: Array.from({ length: worker }, (_, index) =>
              index === healthy % worker ? { listening } : crashing,
            ),
            others: crashing,
            until: 200,
          },
        ),
      );
    const verified = verify(
      slow,
      60,
      (history) => {
        const { events } = history;
        if (events.some(is('give-up'))) return 'it gave up';
        return events.some(is('available')) ? violation(history) : 'the healthy worker was lost';
      },
      firstSeed,
    );
    expect(verified).toBe(60);
  });

  test('waits no longer than readyTimeout for a worker that hangs while the others fail', () => {
    const hanging = fc
      .record({ worker: some(5, 2), maxStartAttempts: some(4), after: some(5) })
      .map(({ worker, maxStartAttempts, after }) =>
        plain(
          { worker, maxStartAttempts, maxForkCount: undefined, ready: 'message', readyTimeout: 40 },
          { workers: [{}], others: { crashes: { after } } },
        ),
      );
    const verified = verify(
      hanging,
      40,
      (history) => {
        const { error, events, schedule } = history;
        if (!(error instanceof ForkLimitError)) return `ended with ${String(error)}`;
        const { readyTimeout, backoff } = schedule.rules;
        const gaveUp = events.find(is('give-up'))?.time ?? Infinity;
        // The last of the others is waited for slowly, and lives for 5 ms at most.
        const bound = Math.max(readyTimeout, 4 * (5 + backoff.max)) + backoff.max + 5;
        return gaveUp > bound ? `it gave up after ${gaveUp} ms, ${bound} are fair` : violation(history);
      },
      firstSeed,
    );
    expect(verified).toBe(40);
  });

  test('breaks no invariant, whatever else happens', () => {
    const any = fc.tuple(schedule, some(4), fc.boolean()).map(([one, maxStartAttempts, given]): Schedule => {
      const maxForkCount = given ? one.rules.maxForkCount : undefined;
      return Object.assign({}, one, { rules: { ...one.rules, maxStartAttempts, maxForkCount } });
    });
    expect(verify(any, 300, violation, firstSeed)).toBe(300);
  });
});

test('a deploy whose every replacement fails never takes an old worker down', () => {
  const deploys = fc
    .record({
      worker: some(6),
      maxSurge: fc.constantFrom<Schedule['rules']['maxSurge']>(1, 2, '50%', '100%'),
      failing: fc.constantFrom<WorkerBehaviour>(
        crashing,
        { crashes: { after: 4 } },
        { spawns: false },
        { walksOut: 2 },
        { online: Infinity, listening: false },
      ),
      at: fc.array(some(120, 10), { minLength: 1, maxLength: 6 }),
    })
    .map(({ worker, failing, at, ...rules }) =>
      plain(
        { worker, ready: 'listening', minReadyTime: 5, ...rules },
        {
          workers: Array.from({ length: worker }, () => ({})),
          others: failing,
          commands: at.map((at) => ({ act: 'restart' as const, at, late: false })),
          until: 400,
        },
      ),
    );
  const verified = verify(
    deploys,
    100,
    (history) => {
      const { worker } = history.schedule.rules;
      const before = history.events.slice(0, history.events.findIndex(is('shutdown')));
      const old = crewOf({ ...history, events: before })
        .everyone()
        .filter(({ generation }) => generation === 1);
      const left = old.filter((life) => !stays(life)).length;
      if (old.length !== worker || left > 0) return `${left} of ${old.length} old workers were taken down`;
      return violation(history);
    },
    firstSeed,
  );
  expect(verified).toBe(100);
});

/** Only the first workers have faults: seconds of workers that crash each millisecond would be nothing but that. */
const withSamples = ({ rules, until, ...rest }: Schedule): Schedule => ({
  ...rest,
  others: { saysReady: 2 },
  rules: { ...rules, stats: true, worker: Math.min(2, rules.worker) },
  until: until + 2_500,
});

test('each process is sampled once a second while it lives, also in schedules that last some seconds', () => {
  const sampled = schedule.map(withSamples);
  expect(verify(sampled, 15, violation, firstSeed)).toBe(15);
});

test.each(Object.entries(found))('once failed: %s', (_, once) => {
  const history = run(once);
  expect(`${violation(history)}\n\n${diagram(history)}`).toMatch(/^undefined/);
});
