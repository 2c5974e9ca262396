import type { Arbitrary } from 'fast-check';
import type { FastCheck } from '../../dependencies/fastCheck.js';
import type { WorkerBehaviour } from '../simulatedHost.js';
import { arbitraries } from './arbitraries.js';
import type { Fault } from './fault.js';

/** What one worker does wrong. */
export type LifeFault = Exclude<Fault, 'broken release'>;

/** Behaviours of workers with one fault each, by the fault. `duration`: until when they happen, in ms. */
export const faultyLives = (
  fc: FastCheck,
  duration: number,
): Readonly<Record<LifeFault, Arbitrary<WorkerBehaviour>>> => {
  const { ms, pick } = arbitraries(fc);
  const any = pick([1, ms(1, 100)], [2, ms(1, 10_000)], [3, ms(1, Math.max(1, duration))]);
  const exits = pick<NonNullable<WorkerBehaviour['crashes']>>(
    [3, fc.record({ after: any, code: fc.constant(1) })],
    [1, fc.record({ after: any, code: fc.constant(0) })],
    [1, fc.record({ after: any, signal: fc.constantFrom('SIGKILL', 'SIGSEGV') })],
  );
  const how = fc.constantFrom<('loop' | 'blocked' | 'stopped')[]>('loop', 'blocked', 'stopped');
  return {
    'cannot start': fc.constant({ spawns: false }),
    'slow boot': fc.record({ listening: ms(2, 10_000) }),
    'never listens': fc.constant({ listening: false }),
    'early crash': fc.record({ crashes: fc.record({ after: ms(1, 1_000) }) }),
    crash: fc.record({ crashes: exits }),
    hang: fc.record({ hangs: fc.record({ after: any, for: pick([1, fc.constant(Infinity)], [1, any]), how }) }),
    leaves: fc.record({ walksOut: any }),
    SIGTERM: fc.record({ terminated: any }),
    'slow exit': fc.record({ leaves: ms(1, 10_000) }),
    'never exits': fc.constant({ leaves: Infinity }),
  };
};
