import { NEVER } from 'rxjs';
import type { Policy } from '../src/config/policy.js';
import { completeFeatureOptions } from '../src/features/fold.js';

/** A policy with times that read well in marbles: 1 ms is one character. */
export const policy = (changes: Partial<Policy> = {}): Policy => ({
  name: 'test',
  worker: 2,
  sizes$: NEVER,
  disconnectTimeout: 100,
  cut: (changes.disconnectTimeout ?? 100) / 2,
  maxForkCount: 5,
  maxForkCountAtStart: 5,
  maxStartAttempts: Infinity,
  minUptime: 50,
  backoff: { initial: 4, factor: 2, max: 30, jitter: 0 },
  respawn: 'permanent',
  ready: 'auto',
  readyTimeout: 60,
  minReadyTime: 3,
  maxSurge: '25%',
  maxBooting: Infinity,
  ...completeFeatureOptions({}),
  terminal: false,
  signals: { SIGINT: 'shutdown', SIGTERM: 'shutdown', SIGQUIT: 'force', SIGUSR2: 'restart' },
  ...changes,
});
