import * as fc from 'fast-check';
import { among, ms, pick } from '../../simulation/arbitraries.js';

/** How the restart of a service on a host goes. */
export interface Turn {
  /** How long it takes, in ms. */
  readonly takes: number;
  readonly ends: 'done' | 'failed';
  /** A worker of the new code crashes so long afterwards. */
  readonly crashes?: number | undefined;
}

/** What goes wrong with a host, or with the store, and for how long. */
export interface Fault {
  readonly at: number;
  readonly fault: 'cut' | 'kill' | 'stop' | 'lose lease';
  readonly host: number;
  readonly lasts: number;
}

/** What somebody asks for, on a host or at a terminal: a terminal is cut off by nothing but a stop of the store. */
export interface Command {
  readonly at: number;
  readonly act: 'start' | 'resume' | 'abort';
}

export interface Schedule {
  readonly hosts: number;
  readonly plan: {
    readonly canary: number;
    readonly batch: number;
    readonly soak: number;
    readonly hostTimeout: number;
    readonly maxFailures: number;
  };
  /** The longest way between a host and the store, in ms. */
  readonly latency: number;
  /** Whether messages on a broken connection arrive when it is repaired. */
  readonly holds: boolean;
  /** Of the hosts in their order, for one turn after the other; then `others`. */
  readonly turns: readonly Turn[];
  readonly others: Turn;
  readonly commands: readonly Command[];
  readonly faults: readonly Fault[];
  /** Of the latencies. */
  readonly random: number;
}

const turn = fc.record({
  takes: pick([4, ms(100, 8_000)], [1, ms(8_000, 40_000)]),
  ends: among<Turn['ends']>([6, 'done'], [1, 'failed']),
  crashes: pick<number | undefined>([8, fc.constant(undefined)], [1, ms(0, 10_000)]),
});

const fault = (hosts: number) =>
  fc.record({
    at: ms(0, 120_000),
    fault: among<Fault['fault']>([4, 'cut'], [4, 'kill'], [1, 'stop'], [1, 'lose lease']),
    host: ms(0, hosts - 1),
    lasts: pick([2, ms(100, 5_000)], [2, ms(5_000, 40_000)]),
  });

const command = fc.record({
  at: ms(0, 150_000),
  act: among<Command['act']>([3, 'resume'], [2, 'start'], [1, 'abort']),
});

/** From 3 to 50 hosts, mostly few: what goes wrong between two goes wrong between fifty. */
export const schedule: fc.Arbitrary<Schedule> = pick([6, ms(3, 6)], [3, ms(7, 15)], [1, ms(16, 50)]).chain((hosts) =>
  fc.record({
    hosts: fc.constant(hosts),
    plan: fc.record({
      canary: pick([3, ms(1, 2)], [1, ms(1, hosts)]),
      batch: pick([3, ms(1, 3)], [1, ms(1, hosts)]),
      soak: ms(0, 10_000),
      hostTimeout: ms(2_000, 30_000),
      maxFailures: among([2, 0], [1, 1], [1, 3]),
    }),
    latency: pick([3, ms(0, 5)], [2, ms(5, 400)]),
    holds: fc.boolean(),
    turns: fc.array(turn, { maxLength: hosts + 3 }),
    others: fc.record({ takes: ms(100, 5_000), ends: fc.constant('done' as const) }),
    commands: fc.array(command, { maxLength: 6 }),
    faults: fc.array(fault(hosts), { maxLength: 8 }),
    random: ms(0, 1_000_000),
  }),
);
