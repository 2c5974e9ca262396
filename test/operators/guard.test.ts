import { expect, test } from 'vitest';
import { guard } from '../../src/operators/guard.js';

const fails = () => {
  throw new Error('no');
};

test('what a callback throws goes no further and is reported', () => {
  const reported: unknown[] = [];
  guard((thrown) => reported.push(thrown))(fails)();
  expect(reported).toEqual([new Error('no')]);
});

test('a callback that goes on failing is reported once, until one has worked', () => {
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

test('a callback that fails at its own report is not asked for ever', () => {
  let reports = 0;
  const failing = guard(() => {
    reports += 1;
    failing();
  })(fails);
  failing();
  expect(reports).toBe(1);
});

test('the values arrive', () => {
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
