import { expect, test } from 'vitest';
import { recentEvents } from '../../../src/fleet/view/recentEvents.js';

const kept = (texts: readonly string[], maxEvents?: number, maxCharacters?: number): readonly string[] => {
  const recent = recentEvents(maxEvents, maxCharacters);
  for (const text of texts) recent.add({ time: 0, level: 'info', service: 'shop', text });
  return recent.all().map(({ text }) => text);
};

test('the last events are kept, the oldest first', () => {
  expect(kept([])).toEqual([]);
  expect(kept(['a', 'b', 'c'], 2)).toEqual(['b', 'c']);
});

test('long ones leave room for fewer, and the last one is kept whatever its length', () => {
  expect(kept(['aaaa', 'bb', 'cc', 'd'], 10, 5)).toEqual(['bb', 'cc', 'd']);
  expect(kept(['a', 'bb', 'cccccccc'], 10, 5)).toEqual(['cccccccc']);
});

test('a host keeps 1,000 events and 256 Ki characters of them', () => {
  expect(kept(Array.from({ length: 2_000 }, String))).toHaveLength(1_000);
  expect(kept(Array.from({ length: 1_000 }, () => 'x'.repeat(4_000)))).toHaveLength(65);
});
