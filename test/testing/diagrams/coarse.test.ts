import { expect, test } from 'vitest';
import { is } from '../../../src/index.js';
import { checkDiagramText, readDiagram, simulateDiagram } from '../../../src/testing.js';

/** Diagrams whose columns are long, as those that are written of a recording. */
const diagram = (options: string, rows: string, decisions: string): string =>
  `# A run\n\nIt is coarse.\n\noptions\n${options}\n\ndiagram\n${rows}\n\ndecisions\n${decisions}\n`;

const coarse = diagram(
  '  column 100\n  worker 1\n  minReadyTime 150\n  backoff {"initial":200,"jitter":0}',
  `                  0         10
SIGINT            ---------!
worker 1, slot 1  ra--x
worker 2, slot 1        ra-|`,
  `   0  1 worker is ready after 0 ms
   4  slot 1 gets a new worker in 200 ms (early exits: 1 of 100)
   9  shutdown: SIGINT
   9  the last worker has left; ran for 900 ms
      complete`,
);

test('a sign hides those before it in its column: fork, online, and that a worker was asked to leave', () => {
  expect(() => checkDiagramText(coarse)).not.toThrow();
  const { events } = simulateDiagram(readDiagram(coarse));
  expect(events.filter(is('fork', 'online', 'retire')).map(({ type, time }) => `${type} ${time}`)).toEqual([
    'fork 0',
    'online 0',
    'fork 600',
    'online 600',
    'retire 900',
  ]);
});

test('with columns of 1 ms each row begins with f', () => {
  expect(() => readDiagram(coarse.replace('  column 100\n', ''))).toThrow('expected first f, the fork of the worker');
});

const running = diagram(
  '  column 100\n  worker 2',
  `                  0         10
restart 1         --!
worker 1, slot 1  for---------
worker 2, slot 2  for---------`,
  '',
);

test('the row of a worker that still runs goes to the last column, and nothing happens after that', () => {
  const played = () =>
    checkDiagramText(
      running
        .replace('restart 1         --!\n', '')
        .replace(/decisions\n\n$/, 'decisions\n   2  2 workers are ready after 200 ms\n'),
    );
  expect(played).not.toThrow();
  const { picture, events } = simulateDiagram(readDiagram(running));
  expect(picture.width).toBe(12);
  expect(Math.max(...events.map(({ time }) => time))).toBeLessThan(1_200);
});

const exiting = diagram(
  '  exits {"1":7,"2":"SIGSEGV","3":"not started"}\n  worker 3\n  respawn transient\n  minUptime 1\n  backoff {"initial":50,"jitter":0}',
  `                  0         10
SIGINT            ----------!
worker 1, slot 1  for--x
worker 2, slot 2  for--x
worker 3, slot 3  fx`,
  '',
);

test('workers exit as the option `exits` says', () => {
  const { events } = simulateDiagram(readDiagram(exiting));
  expect(
    events.filter(is('exit')).map(({ worker, code, signal, reason }) => [worker.id, code, signal, reason]),
  ).toEqual([
    [3, null, null, 'spawn'],
    [1, 7, null, 'crash'],
    [2, null, 'SIGSEGV', 'crash'],
    // Those that replace them are not drawn.
    ...[5, 6, 4].map((worker) => [worker, 0, null, 'requested']),
  ]);
});

test('the master draws what the option `random` says, and then the middle', () => {
  const drawing = exiting
    .replace(/ {2}exits.*\n/, '  random [0,0.999]\n')
    .replace('"initial":50,"jitter":0', '"initial":100,"jitter":0.2')
    .replace('respawn transient\n  minUptime 1', 'minUptime 100');
  const { events } = simulateDiagram(readDiagram(drawing));
  const delays = events.filter(is('backoff')).map(({ delay }) => delay);
  expect(delays).toEqual([80, 120, 100]);
});
