import { expect, test } from 'vitest';
import type { Invariant } from './feature.js';
import { control } from './parts/control.js';
import { followed } from './parts/followWorkers.js';
import { hotStreams } from './parts/hotStreams.js';
import { metrics } from './parts/metrics.js';
import { page } from './parts/page.js';
import { systemd } from './parts/systemd.js';
import { schedule } from './schedule.js';
import { firstSeed } from './simulate.js';
import { verify } from './verify.js';

/** What follows the events of a cluster, and what is wrong with what it makes of them. */
const parts: Readonly<Record<string, Invariant>> = { hotStreams, followed, systemd, metrics, control, page };

/** What the first part that is wrong says. */
const violation: Invariant = (history) => {
  for (const [name, invariant] of Object.entries(parts)) {
    const problem = invariant(history);
    if (problem !== undefined) return `${name}: ${problem}`;
  }
  return undefined;
};

test('whatever happens to a cluster, the parts that follow its events tell and show that, and nothing else', () => {
  expect(verify(schedule, 100, violation, firstSeed)).toBe(100);
});
