import { expect, test } from 'vitest';
import { livelinessOfPost, type Outcome, runPost, schedules, violationOfPost } from './post.js';
import { firstSeed } from './simulate.js';
import { verifyTrial } from './verify.js';

const runs = Number(process.env['SCHEDULES'] ?? 10_000) / 10;

test('messages and requests over a channel that loses, delays and repeats, with a worker that leaves: at most once, in order, and every request ends', () => {
  const outcomes: Outcome[] = [];
  const verified = verifyTrial(
    {
      schedules,
      run: runPost,
      check: (outcome: Outcome) => {
        outcomes.push(outcome);
        return violationOfPost(outcome);
      },
      show: (outcome) => JSON.stringify({ ...outcome, arrived: outcome.arrived.length }),
    },
    runs,
    firstSeed,
  );
  expect(verified).toBe(runs);
  for (const count of Object.values(livelinessOfPost(outcomes))) expect(count).toBeGreaterThan(runs / 10);
});
