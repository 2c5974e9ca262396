import { type Fault, type FaultState, pairOf } from './faultStates.js';

interface Impossible {
  readonly faults: readonly Fault[];
  readonly states: readonly FaultState[];
  readonly why: string;
}

/** Pairs of fault and state that cannot meet, and why. One that is met is a mistake, here or in the master. */
const impossible: readonly Impossible[] = [
  {
    faults: ['crash'],
    states: ['leaving'],
    why: 'a simulated life either crashes or leaves by itself',
  },
  {
    faults: ['crash'],
    states: ['paused'],
    why: 'a pause ends before the exit of its worker',
  },
  {
    faults: ['spawn failure'],
    states: ['ready', 'available', 'leaving', 'draining', 'paused'],
    why: 'a process that was never started is in no such state',
  },
  {
    faults: ['spawn failure', 'leaves by itself', 'late boot', 'SIGTERM'],
    states: ['shutting down', 'giving up'],
    why: 'all workers have been asked to leave',
  },
  {
    faults: ['leaves by itself', 'late boot', 'hang', 'SIGTERM'],
    states: ['leaving', 'draining'],
    why: 'it leaves already',
  },
  {
    faults: ['hang'],
    states: ['giving up'],
    why: 'all workers are asked to leave in the same moment, and one that leaves is not watched',
  },
  {
    faults: ['late boot'],
    states: ['available'],
    why: 'it has booted',
  },
  {
    faults: ['late boot', 'does not leave', 'memory', 'age'],
    states: ['held standby'],
    why: 'it is in no slot yet, and has no such event',
  },
  {
    faults: ['does not leave'],
    states: ['booting', 'ready', 'available'],
    why: 'only one that leaves can be late with that',
  },
  {
    faults: ['memory'],
    states: [
      'booting',
      'ready',
      'available',
      'leaving',
      'draining',
      'paused',
      'old in a roll',
      'canary in a roll',
      'new in a roll',
      'rolling',
      'first start',
      'backoff',
      'degraded',
      'vacant',
      'shutting down',
      'giving up',
    ],
    why: 'a schedule is shorter than the time to the first sample',
  },
  {
    faults: ['age'],
    states: ['booting', 'ready', 'leaving', 'draining', 'first start', 'shutting down', 'giving up'],
    why: 'only a worker that is available and stays is recycled',
  },
  {
    faults: ['shutdown'],
    states: ['shutting down'],
    why: 'a second one has no effect',
  },
  {
    faults: ['pause'],
    states: ['shutting down', 'giving up'],
    why: 'it is refused',
  },
];

/** Why a pair cannot be met, by pair. */
export const whyImpossible: ReadonlyMap<string, string> = new Map(
  impossible.flatMap(({ faults, states, why }) =>
    faults.flatMap((fault) => states.map((state): readonly [string, string] => [pairOf(fault, state), why])),
  ),
);
