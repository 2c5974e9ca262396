import { concat, EMPTY, NEVER, type Observable, of } from 'rxjs';
import { expectTypeOf, test } from 'vitest';
import type { ClusterEvent } from '../../src/index.js';
import type * as testing from '../../src/testing.js';

// `tsc` checks this file. It imports what a test of an application imports, and nothing else.

/** A host of one's own, from exported types alone. */
const host: testing.Host = {
  fork: ({ slot, generation }: testing.SlotRef): Observable<testing.ProcessEvent> => {
    const process: testing.Process = {
      id: slot * 1_000 + generation,
      pid: 1,
      disconnect: () => {},
      tell: () => {},
      kill: () => {},
      usage$: EMPTY,
      sample$: EMPTY,
      stack$: EMPTY,
      inspected: false,
    };
    const address: testing.Address = { address: '127.0.0.1', port: 80, addressType: 4 };
    return concat(
      of<readonly testing.ProcessEvent[]>({ type: 'fork', process }, { type: 'listening', address }),
      NEVER,
    );
  },
  signal: () => NEVER,
  random: () => 0.5,
  now: () => 0,
};

test('a host, what it is asked for and what it answers can be written down', () => {
  expectTypeOf(host).toExtend<testing.Host>();
  expectTypeOf<testing.SimulatedHost>().toExtend<testing.Host>();
});

test('what the functions take and return is exported', () => {
  expectTypeOf<Parameters<typeof testing.rehearse>>().toEqualTypeOf<
    [
      host: testing.Host,
      config?: testing.Config | undefined,
      commands$?: Observable<testing.ClusterCommand> | undefined,
    ]
  >();
  expectTypeOf<ReturnType<typeof testing.rehearse>>().toEqualTypeOf<Observable<ClusterEvent>>();
  expectTypeOf<Parameters<typeof testing.simulatedHost>>().toEqualTypeOf<
    [options?: testing.SimulationOptions | undefined]
  >();
  expectTypeOf<ReturnType<typeof testing.simulatedHost>>().toEqualTypeOf<testing.SimulatedHost>();
  expectTypeOf<NonNullable<testing.SimulationOptions['behave']>>().toEqualTypeOf<
    (slotRef: testing.SlotRef, fork: number) => testing.WorkerBehaviour
  >();
  expectTypeOf<Parameters<typeof testing.playDiagram>>().toEqualTypeOf<[diagram: testing.Diagram]>();
  expectTypeOf<testing.Diagram['inputs']>().toEqualTypeOf<readonly testing.DiagramInput[]>();
});
