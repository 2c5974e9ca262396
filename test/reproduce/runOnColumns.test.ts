import { expect, test } from 'vitest';
import { is } from '../../src/index.js';
import { reproduce } from '../../src/reproduce/reproduce.js';
import { runOnColumns } from '../../src/reproduce/runOnColumns.js';
import { type Config, type Script, simulate } from '../../src/testing.js';

const onColumnsOf = (column: number, config: Config, script: Script) =>
  runOnColumns(column, reproduce(simulate(config, script).events, config));

test('the workers live in whole columns, and what comes from outside comes at the begin of one', () => {
  const { events, rows, width, ending } = onColumnsOf(
    100,
    { worker: 1, backoff: { jitter: 0 } },
    {
      duration: 5_000,
      workers: [{ online: 130, listening: 270, crashes: { after: 590 } }],
      inputs: [
        { at: 2_345, input: 'restart' },
        { at: 3_456, input: 'shutdown' },
      ],
    },
  );
  expect(events.find(is('online'))?.time).toBe(100);
  expect(events.find(is('ready'))?.time).toBe(200);
  expect(events.find(is('exit'))?.time).toBe(500);
  expect(events.filter(is('restart')).map(({ time }) => time)).toEqual([2_300]);
  expect(rows).toEqual([
    { name: 'restart', times: [2_300] },
    { name: 'shutdown', times: [3_400] },
  ]);
  expect(ending).toBe('complete');
  expect(width).toBe(45);
});

test('a standby worker that never took a slot has no row about it', () => {
  const config: Config = { worker: 1, standby: 1 };
  const { events } = simulate(config, { duration: 2_000 });
  const reproduction = reproduce(events, config);
  const lives = reproduction.script.lives.map((life) => Object.assign({}, life, { terminated: 1_000 }));
  expect(lives.map(({ slot }) => slot)).toEqual([1, 0]);
  const { rows } = runOnColumns(10, { config, script: { ...reproduction.script, lives } });
  // Worker 3 replaces the first one.
  expect(rows.map(({ name }) => name)).toEqual(['worker 1 SIGTERM', 'worker 3 SIGTERM']);
});

test('the master draws what it drew', () => {
  const config: Config = { worker: 1, backoff: { initial: 1_000, jitter: 0.5 } };
  const drawn = [0.1, 0.9];
  const { events } = onColumnsOf(1, config, {
    duration: 10_000,
    random: () => drawn.shift() ?? 0.5,
    workers: [{ crashes: { after: 10 } }, { crashes: { after: 10 } }],
  });
  expect(events.filter(is('backoff')).map(({ delay }) => delay)).toEqual([600, 2_800]);
});
