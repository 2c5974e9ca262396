import { expect, test } from 'vitest';
import { layOut } from '../../../src/web/page/marbles/layout.js';
import { edgesOf, pan, type TimeWindow, usualWindow, zoom } from '../../../src/web/page/marbles/timeWindow.js';
import type { Life } from '../../../src/web/page/watched/lives.js';
import type { Mark } from '../../../src/web/page/watched/marks.js';
import { workerAt } from './lines.js';

const markOf = (id: number, time: number, sign: string, more: Partial<Mark> = {}): Mark => ({
  id,
  time,
  cluster: 'shop',
  sign,
  type: sign,
  level: 'info',
  text: sign,
  ...more,
});

const life = (id: number, slot: number, from: number, more: Partial<Life> = {}): Life => ({
  worker: workerAt(slot, id),
  from,
  ...more,
});

const laid = { lives: [], marks: [], slots: [], from: 0, to: 1_000, columns: 10 };

test('each slot has a row, and a worker and its replacement have lanes of their own', () => {
  const { rows } = layOut({
    ...laid,
    slots: [1, 2],
    lives: [
      life(1, 1, -500, { readyAt: -400, leavingAt: 600, to: 700 }),
      life(3, 1, 500, { readyAt: 600 }),
      life(2, 2, 100, { to: 200 }),
      life(4, 2, 200),
    ],
  });
  expect(rows.map(({ slot, lines }) => [slot, ...lines.map(({ lane, from, to }) => [lane, from, to])])).toEqual([
    [undefined],
    [1, [0, 0, 0.7], [1, 0.5, 1]],
    [2, [0, 0.1, 0.2], [0, 0.2, 1]],
  ]);
  expect(rows[1]?.lines[0]).toMatchObject({ ready: 0, leaving: 0.6 });
});

test('marks that are too close are one marble with the most serious sign, wherever the diagram begins', () => {
  const marks = [
    markOf(1, 100, 'f', { slot: 1, worker: 1 }),
    markOf(2, 120, 'x', { slot: 1, worker: 1, level: 'error' }),
    markOf(3, 150, 'H', { slot: 1 }),
    markOf(4, 210, 'r', { slot: 1, worker: 1 }),
    markOf(5, 400, 'S'),
  ];
  const marblesAt = (from: number) =>
    layOut({ ...laid, slots: [1], marks, from, to: from + 1_000 }).rows.map(({ marbles }) =>
      marbles.map(({ sign, marks: together }) => `${sign}${together.length}`),
    );
  expect(marblesAt(0)).toEqual([['S1'], ['x3', 'r1']]);
  expect(marblesAt(50)).toEqual([['S1'], ['x3', 'r1']]);
  expect(marblesAt(205)).toEqual([['S1'], ['r1']]);
});

test('there are a few ticks, at round times', () => {
  for (const span of [1_000, 60_000, 120_000, 6 * 3_600_000]) {
    const { ticks } = layOut({ ...laid, from: 1_234, to: 1_234 + span });
    expect(ticks.length).toBeGreaterThan(1);
    expect(ticks.length).toBeLessThanOrEqual(8);
    expect(ticks.every(({ time, at }) => time % 200 === 0 && at >= 0 && at <= 1)).toBe(true);
  }
});

test('a window follows the present until it is moved into the past, and again when it reaches it', () => {
  const now = 1_000_000;
  expect(edgesOf(usualWindow, now)).toEqual([880_000, 1_000_000]);
  const past = pan(usualWindow, -0.5, now);
  expect(past).toEqual({ span: 120_000, to: 940_000 });
  expect(pan(past, 0.5, now)).toEqual({ span: 120_000 });
  expect(pan(usualWindow, 1, now)).toEqual({ span: 120_000 });
});

test('zooming keeps the time under the pointer, and has limits', () => {
  const now = 1_000_000;
  const window: TimeWindow = { span: 100_000, to: 900_000 };
  const near = zoom(window, 0.5, now, 0.5);
  expect(edgesOf(near, now)).toEqual([825_000, 875_000]);
  expect(zoom(usualWindow, 0.5, now)).toEqual({ span: 60_000 });
  expect(zoom(usualWindow, 0, now).span).toBe(1_000);
  expect(zoom(usualWindow, Infinity, now).span).toBe(6 * 3_600_000);
});
