import type { ClusterEvent } from '../../src/features/index.js';
import type { ForkReason, EventOf } from '../../src/vocabulary/events.js';

/** The state of one worker after the events so far. Times in ms. */
export interface Life {
  readonly id: number;
  readonly slot: number;
  readonly generation: number;
  readonly why: ForkReason;
  readonly bornAt: number;
  ready: boolean;
  available: boolean;
  /** Its slot has been closed. */
  outside: boolean;
  overdue: boolean;
  /** A feature has taken it out of rotation. */
  withdrawn: boolean;
  /** When it began to leave on its own. */
  leavingAt?: number;
  /** When it was asked to leave. */
  retiredAt?: number;
  killedAt?: number;
  /** When it got SIGTERM. */
  terminatedAt?: number;
  /** When it was ended because it hangs, without having been asked to leave. */
  abortedAt?: number;
  listens: boolean;
  exit?: EventOf<ClusterEvent, 'exit'>;
}

/** Whether it has not left and was not asked to. */
export const stays = (life: Life): boolean => {
  const { outside, exit, leavingAt, retiredAt, killedAt, abortedAt } = life;
  return !outside && exit === undefined && (leavingAt ?? retiredAt ?? killedAt ?? abortedAt) === undefined;
};

/** The worker is ended because it hangs; no word of that is an order to leave. */
export const isForHang = ({ why }: { readonly why: string }): boolean => why.startsWith('it hangs');

/** The time of an event, in words. */
export const at = ({ seq, time }: ClusterEvent): string => `at ${time} ms, event ${seq}`;

export const serves = (life: Life): boolean => life.ready && !life.withdrawn && stays(life);

/** It left unasked: the exit, or the word that it goes, whichever came first. */
export const deserts = (event: ClusterEvent, crew: Crew): event is EventOf<ClusterEvent, 'exit' | 'leaving' | 'kill'> =>
  event.type === 'leaving' ||
  (event.type === 'kill' && isForHang(event) && crew.of(event.worker)?.abortedAt !== undefined) ||
  (event.type === 'exit' && !event.requested && crew.of(event.worker)?.leavingAt === undefined);

/**
 * Counts the workers independently of `state/clusterState`, so that both would have to be wrong in the same way.
 */
export class Crew {
  readonly lives = new Map<number, Life>();

  /** `size`: the number of slots. */
  constructor(public size: number) {}

  of({ id }: { readonly id: number }): Life | undefined {
    return this.lives.get(id);
  }

  /** Those that have not exited. */
  *present(slot?: number): Iterable<Life> {
    for (const life of this.lives.values()) {
      if (life.exit === undefined && (slot === undefined || life.slot === slot)) yield life;
    }
  }

  count(counts: (life: Life) => boolean, slot?: number): number {
    let sum = 0;
    for (const life of this.present(slot)) if (counts(life)) sum += 1;
    return sum;
  }

  see(event: ClusterEvent): void {
    if (event.type === 'fork') {
      const { worker, why, time } = event;
      const { id, slot, generation } = worker;
      const outside = slot > this.size;
      const far = { ready: false, available: false, overdue: false, withdrawn: false, listens: false, outside };
      this.lives.set(id, { id, slot, generation, why, bornAt: time, ...far });
      return;
    }
    if (event.type === 'scale') {
      this.size = event.to;
      for (const life of this.present()) life.outside ||= life.slot > event.to;
      return;
    }
    const life = 'worker' in event && event.worker !== undefined ? this.of(event.worker) : undefined;
    if (life === undefined) return;
    if ('serves' in event) life.withdrawn = !event.serves;
    switch (event.type) {
      case 'ready':
      case 'available':
      case 'overdue':
        life[event.type] = true;
        break;
      case 'listening':
        life.listens = true;
        break;
      case 'leaving':
        life.leavingAt = event.time;
        break;
      case 'retire':
        life.retiredAt = event.time;
        break;
      case 'kill':
        if (isForHang(event)) {
          if (stays({ ...life, outside: false })) life.abortedAt = event.time;
        } else if (event.signal === 'SIGKILL') life.killedAt = event.time;
        else life.terminatedAt = event.time;
        break;
      case 'exit':
        life.exit = event;
        break;
      default:
    }
  }
}

/** The events of a cluster, and its options. */
interface Told {
  readonly events: readonly ClusterEvent[];
  readonly policy: { readonly worker: number };
}

/** Iterates over a history, with the workers after each event. */
export function* walk({ events, policy }: Told): Iterable<readonly [ClusterEvent, Crew]> {
  const crew = new Crew(policy.worker);
  for (const event of events) {
    crew.see(event);
    yield [event, crew];
  }
}

/** The workers after the last event. */
export const crewOf = ({ events, policy }: Told): Crew => {
  const crew = new Crew(policy.worker);
  for (const event of events) crew.see(event);
  return crew;
};
