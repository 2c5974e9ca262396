import { describe, expect, test } from 'vitest';
import { draw } from '../../scripts/chaos/diagram.js';
import { readOptions } from '../../scripts/chaos/options.js';
import { calmMs, plan } from '../../scripts/chaos/plan.js';
import { judge } from '../../scripts/chaos/verdict.js';
import { letters } from '../../src/drawing/alphabet.js';

const worker = { id: 1, pid: 10, cluster: 'chaos', slot: 1, generation: 1 };
const died = { at: 5_000, event: { type: 'exit', worker, code: null, signal: 'SIGKILL', requested: false } };
const memory = [1, 2, 3].map(() => ({ rss: 100, heap: 100, descriptors: 100 }));
const calm = {
  begun: 0,
  ms: 120_000,
  events: [],
  happened: [],
  memory,
  requests: { answered: 9, failed: [], hung: 0, unended: false },
  end: { code: 0, signal: null, said: '' },
  orphans: [],
};
const failed = { method: 'GET', path: '/', start: 4_900, end: 5_001, pid: 10, error: 'ECONNRESET' };
const withFailed = (request: object) => ({ requests: { ...calm.requests, failed: [request] } });
/** A run whose master has grown by its end. */
const endingWith = (last: object) => ({ memory: [memory[0], memory[0], { ...memory[0], ...last }] });
const brokenIn = (seen: object) => judge({ ...calm, ...seen }).broken;

describe('the plan', () => {
  test('follows from the seed alone', () => {
    expect(plan(7, 240_000)).toEqual(plan(7, 240_000));
    expect(plan(8, 240_000)).not.toEqual(plan(7, 240_000));
  });

  test('has every fault in half an hour, and none at the end of a third', () => {
    const ms = 1_800_000;
    const steps = plan(7, ms);
    expect(new Set(steps.map(({ fault }) => fault)).size).toBe(8);
    expect(steps.filter(({ at }) => at % (ms / 3) > ms / 3 - calmMs + 1)).toEqual([]);
  });
});

describe('the verdict', () => {
  test('on a run in which nothing happened is that nothing was broken', () => {
    expect(brokenIn({})).toEqual([]);
  });

  test('lets the heap of a short run grow by the code that runs for the first time', () => {
    expect(brokenIn(endingWith({ heap: 110 }))).toEqual([]);
    expect(brokenIn({ ms: 600_000, ...endingWith({ heap: 110 }) })).toHaveLength(1);
  });

  test('excuses a request that failed with its worker, and no other', () => {
    expect(brokenIn({ events: [died], ...withFailed(failed) })).toEqual([]);
    expect(brokenIn({ events: [died], ...withFailed({ ...failed, pid: undefined }) })).toEqual([]);
    expect(brokenIn({ events: [died], ...withFailed({ ...failed, pid: 11 }) })).toEqual([
      'GET / failed (ECONNRESET) after 101 ms, and worker process 11 did not die then',
    ]);
    expect(brokenIn({ events: [died], ...withFailed({ ...failed, start: 7_000, end: 7_100 }) })).toHaveLength(1);
    const left = { ...died, event: { ...died.event, signal: null, code: 0 } };
    expect(brokenIn({ events: [left], ...withFailed(failed) })).toHaveLength(1);
  });

  test.each([
    [{ requests: { ...calm.requests, hung: 1 } }, 'had waited for 20 s'],
    [{ requests: { ...calm.requests, unended: true } }, 'had not ended'],
    [{ orphans: [4711] }, '1 processes were left: 4711'],
    [{ end: { code: 1, signal: null, said: 'it threw' } }, 'the master ended with 1: it threw'],
    [{ ms: 600_000, ...endingWith({ rss: 106 }) }, "the master's rss grew to 1.060"],
    [{ ms: 600_000, ...endingWith({ descriptors: 110 }) }, "the master's descriptors grew"],
    [endingWith({ heap: 116 }), "the master's heap grew to 1.160"],
    [
      { happened: [{ at: 0, fault: 'bad-release', what: 'a release that does not start: done' }] },
      'a release that does not start was deployed',
    ],
  ])('on %j names what was broken', (seen, sentence) => {
    expect(brokenIn(seen)).toEqual([expect.stringContaining(sentence)]);
  });
});

test('a run is drawn as a row of faults, a row for each slot, and a row of requests that failed', () => {
  const events = [
    { at: 1_000, event: { type: 'fork', worker } },
    { at: 2_000, event: { type: 'ready', worker } },
    died,
    { at: 7_000, event: { type: 'fork', worker: { ...worker, slot: 2 } } },
  ];
  const seen = {
    ...calm,
    ms: 10_000,
    events,
    happened: [{ at: 4_990, fault: 'kill', what: '' }],
    requests: { ...calm.requests, failed: [failed, failed] },
  };
  expect(draw(seen, letters).split('\n').slice(1)).toEqual([
    '',
    'from 0 s',
    'faults  ----k-----',
    'slot 1  -fr--x----',
    'slot 2  -------f--',
    'failed  -----2----',
  ]);
});

test.each([
  [['--minutes', '1'], '--minutes: expected a whole number from 2 to 1440, got 1'],
  [['--seed', 'x'], '--seed: expected a whole number from 0 to 4294967295, got x'],
  [['--sed', '1'], "Unknown option '--sed'"],
])('%j is refused', (args, message) => {
  expect(() => readOptions(args)).toThrow(`${message}. Usage: npm run chaos -- [--minutes N] [--seed S]`);
});
