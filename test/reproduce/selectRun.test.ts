import { expect, test } from 'vitest';

import { ConfigError } from '../../src/index.js';
import { selectRun } from '../../src/reproduce/selectRun.js';
import { boot, exit, recording, worker } from './recorded.js';

const first = worker(1, 1);
const run = recording(boot(0, first));

test('without an event of a cluster there is nothing to reproduce', () => {
  expect(() => selectRun([])).toThrow('events: expected those of a cluster, got none. Was a cluster running');
  expect(() => selectRun([])).toThrow(ConfigError);
  const [unowned] = recording([exit(0, first, 0)], { first: 0, cluster: '' });
  expect(() => selectRun(unowned === undefined ? [] : [unowned])).toThrow('events: expected those of a cluster');
});

test('of several clusters one has to be named', () => {
  const both = [...run, ...recording(boot(5, first), { cluster: 'mail' })];
  expect(() => selectRun(both)).toThrow(
    'cluster: expected one of web, mail, of which the recording has events, got none',
  );
  expect(() => selectRun(both, 'post')).toThrow("cluster: expected one of web, mail, got 'post'");
  expect(selectRun(both, 'mail').events).toHaveLength(4);
});

test('of several runs it is the last one', () => {
  const two = [...run, ...recording(boot(9_000, first))];
  expect(selectRun(two)).toEqual({
    cluster: 'web',
    events: two.slice(4),
    whole: true,
    assumptions: ['The recording has 2 runs of the cluster. This is the last one.'],
  });
});

test('events that are missing are counted', () => {
  expect(selectRun(run.filter(({ seq }) => seq !== 2 && seq !== 3)).assumptions).toEqual([
    '2 of its 4 events are not in the recording: what they tell is assumed not to have happened.',
  ]);
  expect(selectRun(run.slice(1))).toMatchObject({ whole: false, assumptions: [] });
});
