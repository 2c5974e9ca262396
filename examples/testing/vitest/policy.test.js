// `npm test` in this folder, once it has its packages: npm install proteus-cluster fast-check vitest
import {
  byFork,
  checkPolicy,
  expectNeverFewerReady,
  expectRecoveredWithin,
  expectRestart,
  simulate,
} from 'proteus-cluster/testing';
import { expect, test } from 'vitest';
import { respawnPolicy } from '../respawnPolicy.js';

const config = { worker: 4, maxSurge: 1, respawn: respawnPolicy };

test('a release that crashes at its start is not rolled out', () => {
  const workers = byFork([{}, {}, {}, {}], { crashes: { after: 50, message: 'no such table' } });
  const release = simulate(config, { duration: 60_000, workers, inputs: [{ at: 10_000, input: 'restart' }] });
  expectRestart(release, 'aborted', { why: 'no such table' });
  expectNeverFewerReady(release, 4);
  expect(release.status.slots.map(({ restarts }) => restarts)).toEqual([0, 0, 0, 0]);
});

test('whatever crashes, its slot recovers', () => {
  const { seen } = checkPolicy({
    config,
    faults: ['crash'],
    runs: 50,
    holds: (simulation) => expectRecoveredWithin(simulation, 30_000),
  });
  expect(seen['backoff']).toBeGreaterThan(0);
});
