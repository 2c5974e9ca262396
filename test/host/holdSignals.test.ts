import { expect, test } from 'vitest';
import { holdSignals } from '../../src/host/holdSignals.js';

const count = () => ['SIGUSR2', 'SIGTTIN'].map((name) => process.listenerCount(name));

test('held signals have a listener, so that they do not end the process, until they are released', () => {
  const [usr2 = 0, ttin = 0] = count();
  const release = holdSignals(['SIGUSR2', 'SIGTTIN']);

  expect(count()).toEqual([usr2 + 1, ttin + 1]);
  release();
  expect(count()).toEqual([usr2, ttin]);
});

test('holding no signal installs no listener', () => {
  const before = count();
  const release = holdSignals([]);
  expect(count()).toEqual(before);
  release();
});
