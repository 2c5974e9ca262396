import { expect, test } from 'vitest';
import { guard } from '../../../src/operators/general/guard.js';
import { whileReporting } from '../../../src/operators/general/reports.js';

const fails = () => {
  throw new Error('no');
};

test('an error thrown by a callback is caught and reported', () => {
  const reported: unknown[] = [];
  guard((thrown) => reported.push(thrown))(fails)();
  expect(reported).toEqual([new Error('no')]);
});

test('repeated failures are reported once until a call succeeds', () => {
  const reported: unknown[] = [];
  const guarded = guard((thrown) => reported.push(thrown));
  const failing = guarded(fails);
  const working = guarded(() => {});
  failing();
  failing();
  expect(reported).toHaveLength(1);
  working();
  failing();
  expect(reported).toHaveLength(2);
});

test('a callback that fails on its own report does not loop', () => {
  let reports = 0;
  const failing = guard(() => {
    reports += 1;
    failing();
  })(fails);
  failing();
  expect(reports).toBe(1);
});

test('arguments are passed on', () => {
  const heard: unknown[] = [];
  guard(() => {})((one: number, other: string) => heard.push([one, other]))(1, 'a');
  expect(heard).toEqual([[1, 'a']]);
});

test('an async callback that rejects is reported too', async () => {
  const reported: unknown[] = [];
  const rejected = Promise.reject(new Error('later'));
  guard((thrown) => reported.push(thrown))(() => rejected)();
  await expect(rejected).rejects.toThrow('later');
  expect(reported).toEqual([new Error('later')]);
});

/** Rejects from the start; for a test in which no handler is left for it. */
const rejects = async () => {
  throw new Error('no');
};

const nextTurn = () => new Promise((resolve) => setImmediate(resolve));

test('repeated rejections are reported once until a promise resolves', async () => {
  const reported: unknown[] = [];
  const outcomes = [rejects, rejects, async () => {}, rejects];
  const guarded = guard((thrown) => reported.push(thrown))(() => outcomes.shift()?.());
  guarded();
  await nextTurn();
  guarded();
  await nextTurn();
  expect(reported).toHaveLength(1);
  guarded();
  await nextTurn();
  guarded();
  await nextTurn();
  expect(reported).toHaveLength(2);
});

test('handling a report does not count as a success', () => {
  let reports = 0;
  let fail = true;
  const guarded = guard(() => (reports += 1))(() => (fail ? fails() : undefined));
  guarded();
  fail = false;
  whileReporting(guarded);
  fail = true;
  guarded();
  expect(reports).toBe(1);
});

test('a report names the owner of the callback', () => {
  const who = {};
  let culprit: unknown;
  guard((_, given) => (culprit = given), who)(fails)();
  expect(culprit).toBe(who);
});
