import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { sampling } from '../../src/metrics/sampling.js';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const start = () => {
  const told: string[] = [];
  const samples = sampling({
    started: () => told.push('started'),
    answered: () => {},
    stopped: () => told.push('stopped'),
  });
  return { told, samples };
};

test('workers are sampled for a minute after the last scrape', () => {
  const { told, samples } = start();
  samples.scraped();
  vi.advanceTimersByTime(50_000);
  samples.scraped();
  vi.advanceTimersByTime(59_999);
  expect(told).toEqual(['started']);
  expect(samples.samples()).toBe(true);
  vi.advanceTimersByTime(1);
  expect(told).toEqual(['started', 'stopped']);
  expect(samples.samples()).toBe(false);
  expect(vi.getTimerCount()).toBe(0);
});

test('while a server is there they are sampled without an end', () => {
  const { told, samples } = start();
  const release = samples.hold();
  const other = samples.hold();
  samples.scraped();
  release();
  vi.advanceTimersByTime(100_000);
  expect(told).toEqual(['started']);
  other();
  expect(told).toEqual(['started', 'stopped']);
  samples.hold();
  expect(told).toEqual(['started', 'stopped', 'started']);
});

test('nothing is left when the last cluster has gone', () => {
  const { told, samples } = start();
  samples.scraped();
  samples.end();
  expect(told).toEqual(['started', 'stopped']);
  expect(vi.getTimerCount()).toBe(0);
});
