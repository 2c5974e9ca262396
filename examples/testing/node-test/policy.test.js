// `npm test` in this folder, once it has its packages: npm install proteus-cluster fast-check
import { test } from 'node:test';
import {
  bySlot,
  checkPolicy,
  expectAtMostForks,
  expectEnding,
  expectRecoveredWithin,
  randomLives,
  simulate,
} from 'proteus-cluster/testing';
import { respawnPolicy } from '../respawnPolicy.js';

const config = { worker: 4, respawn: respawnPolicy };

test('when all workers crash together, one a second is respawned', () => {
  const crash = { crashes: { after: 30_000 } };
  const simulation = simulate(config, { duration: 60_000, workers: [crash, crash, crash, crash] });
  expectRecoveredWithin(simulation, 3_200);
  expectAtMostForks(simulation, 1, { within: 1_000, why: 'respawn' });
});

test('a slot that crashes for ever does not end the others', () => {
  const crashing = simulate(config, { duration: 3_600_000, workers: bySlot({ 2: { crashes: { after: 200 } } }) });
  expectEnding(crashing, 'running');
});

test('a week of random crashes costs no more than the respawns', () => {
  const workers = randomLives({ seed: 2012, crashing: 0.9, crashes: [0, 3_600_000] });
  const week = simulate(config, { duration: 7 * 24 * 3_600_000, workers });
  expectEnding(week, 'running');
  expectAtMostForks(week, 2, { within: 2_000, why: 'respawn' });
});

test('whatever crashes, its slot recovers', () => {
  checkPolicy({
    config,
    faults: ['crash'],
    runs: 50,
    holds: (simulation) => expectRecoveredWithin(simulation, 30_000),
  });
});
