import type { ClusterEvent, EventOf, WorkerRef } from '../../src/index.js';

type Draft<T extends ClusterEvent['type']> = Omit<EventOf<ClusterEvent, T>, 'type' | 'time' | 'seq' | 'cluster'>;

/** An event before it has its number: at so many ms, of this type. */
export const event = <T extends ClusterEvent['type']>(time: number, type: T, fields: Draft<T>) => ({
  time,
  type,
  ...fields,
});

/** A worker as events name it. */
export const worker = (id: number, slot = id, generation = 1): WorkerRef => ({
  id,
  slot,
  generation,
  pid: 1_000 + id,
  cluster: 'web',
});

/** The recording of a cluster: events with their numbers, from `first` on. */
export const recording = (
  drafts: readonly { readonly time: number; readonly type: string }[],
  { first = 1, cluster = 'web' } = {},
): readonly ClusterEvent[] =>
  // Each was made by `event`.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  drafts.map((draft, index) => ({
    ...draft,
    time: 1_700_000_000_000 + draft.time,
    seq: first + index,
    cluster,
  })) as unknown as readonly ClusterEvent[];

export const address = (port: number) => ({ address: '127.0.0.1', port, addressType: 4 }) as const;

/** A worker that boots within 40 ms. */
export const boot = (at: number, ref: WorkerRef, why: 'start' | 'respawn' | 'roll' | 'scale' = 'start') => [
  event(at, 'fork', { worker: ref, why }),
  event(at + 30, 'online', { worker: ref }),
  event(at + 40, 'listening', { worker: ref, address: address(8080) }),
  event(at + 40, 'ready', { worker: ref, why: 'listens on 127.0.0.1:8080' }),
];

export const exit = (
  time: number,
  ref: WorkerRef,
  uptime: number,
  how: Partial<Pick<EventOf<ClusterEvent, 'exit'>, 'code' | 'signal' | 'requested' | 'reason' | 'cause'>> = {},
) => event(time, 'exit', { worker: ref, code: 1, signal: null, requested: false, reason: 'crash', uptime, ...how });
