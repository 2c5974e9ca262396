// `npm test` in this folder, once it has its packages: npm install proteus-cluster fast-check jest. Jest runs ES modules with an option of Node.
import {
  checkPolicy,
  expectAtMostProcesses,
  expectEnding,
  expectRecoveredWithin,
  expectRestart,
  simulate,
} from 'proteus-cluster/testing';
import { respawnPolicy } from '../respawnPolicy.js';

const config = { worker: 4, maxSurge: 2, respawn: respawnPolicy };

const workers = () => ({ listening: 3_000, leaves: 10_000 });

test('a restart runs two more processes at most', () => {
  const inputs = [
    { at: 60_000, input: 'SIGUSR2' },
    { at: 180_000, input: 'SIGTERM' },
  ];
  const simulation = simulate(config, { duration: 240_000, workers, inputs });
  expectRestart(simulation, 'done');
  expectAtMostProcesses(simulation, 6);
  expectEnding(simulation, 'complete');
  expect(simulation.status.phase).toBe('ended');
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
