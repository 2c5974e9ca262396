import { expect, test } from 'vitest';
import { reportOf } from '../../../src/fleet/roll/report.js';
import { roll } from './records.js';

test('the report has the roll, each host, and which code runs where', () => {
  const record = roll('', {
    phase: 'halted',
    why: 'the canary b failed: not ready',
    hosts: [
      { host: 'a', state: 'done', attempt: 1, from: 'v1', to: 'v2' },
      { host: 'b', state: 'failed', attempt: 2, why: 'not ready', from: 'v1' },
      { host: 'c', state: 'failed', attempt: 1, why: 'silent', unknown: true },
      { host: 'd', state: 'done', attempt: 1, from: 'v1', to: 'v3' },
      { host: 'e', state: 'done', attempt: 1, from: 'v1', to: 'v2' },
    ],
  });
  expect(reportOf(record)).toEqual([
    'restart of shop: halted, because the canary b failed: not ready. 3 of 5 hosts are restarted, 2 failed.',
    '  a: restarted, runs v2',
    '  b: failed: not ready, attempt 2, ran v1 before',
    '  c: failed, and may still be in its restart: silent',
    '  d: restarted, runs v3',
    '  e: restarted, runs v2',
    '  v2 runs on a, e',
    '  v3 runs on d',
  ]);
});

test('a roll under way has neither failures nor releases that are not known yet', () => {
  expect(reportOf(roll('draw'))).toEqual([
    'restart of shop: running. 1 of 4 hosts are restarted.',
    '  a: restarted',
    '  b: restarting',
    '  c: asked to restart',
    '  d: not restarted',
  ]);
});
