import type { ClusterEvent } from '../../src/features/index.js';
import type { ForkReason, EventOf } from '../../src/vocabulary/events.js';

/** The state of one worker after the events so far. Times in ms. */
export interface Life {
  readonly id: number;
  readonly slot: number;
  readonly generation: number;
  readonly why: ForkReason;
  readonly bornAt: number;
  readonly ready: boolean;
  readonly available: boolean;
  /** Its slot has been closed. */
  readonly outside: boolean;
  readonly overdue: boolean;
  /** A feature has taken it out of rotation. */
  readonly withdrawn: boolean;
  /** When it began to leave on its own. */
  readonly leavingAt?: number;
  /** When it was asked to leave. */
  readonly retiredAt?: number;
  readonly killedAt?: number;
  /** When it got SIGTERM. */
  readonly terminatedAt?: number;
  /** When it was ended because it hangs, without having been asked to leave. */
  readonly abortedAt?: number;
  readonly listens: boolean;
  readonly exit?: EventOf<ClusterEvent, 'exit'>;
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

interface Gone {
  readonly life: Life;
  /** After how many events. */
  readonly after: number;
}

/**
 * The workers after an event. Counts them independently of `state/clusterState`, so that both would have to be wrong in the same way.
 */
export class Crew {
  /** `size`: the number of slots. `gone` is shared with the crews after later events. */
  constructor(
    readonly size: number,
    private readonly living: readonly Life[] = [],
    private readonly gone: Map<number, Gone> = new Map(),
    private readonly events = 0,
  ) {}

  of({ id }: { readonly id: number }): Life | undefined {
    for (const life of this.living) if (life.id === id) return life;
    const gone = this.gone.get(id);
    return gone !== undefined && gone.after <= this.events ? gone.life : undefined;
  }

  /** Those that have not exited. */
  present(slot?: number): readonly Life[] {
    return slot === undefined ? this.living : this.living.filter((life) => life.slot === slot);
  }

  /** Those that have exited, too. */
  everyone(): readonly Life[] {
    const gone = [...this.gone.values()].filter(({ after }) => after <= this.events);
    return [...gone.map(({ life }) => life), ...this.living];
  }

  count(counts: (life: Life) => boolean, slot?: number): number {
    let sum = 0;
    for (const life of this.living) if ((slot === undefined || life.slot === slot) && counts(life)) sum += 1;
    return sum;
  }

  after(event: ClusterEvent): Crew {
    if (event.type === 'fork') {
      const others = this.living.filter(({ id }) => id !== event.worker.id);
      return this.changed([...others, born(event, this.size)]);
    }
    if (event.type === 'scale') {
      const moved = this.living.map((life) => ({ ...life, outside: life.outside || life.slot > event.to }));
      return this.changed(moved, event.to);
    }
    const life = 'worker' in event && event.worker !== undefined ? this.of(event.worker) : undefined;
    const change = life && changeOf(life, event);
    if (life === undefined || change === undefined) return this.changed(this.living);
    const next = { ...life, ...change };
    if (event.type !== 'exit') return this.changed(this.living.map((other) => (other === life ? next : other)));
    this.gone.set(life.id, { life: next, after: this.events + 1 });
    return this.changed(this.living.filter((other) => other !== life));
  }

  private changed(living: readonly Life[], size = this.size): Crew {
    return new Crew(size, living, this.gone, this.events + 1);
  }
}

const born = ({ worker, why, time }: EventOf<ClusterEvent, 'fork'>, size: number): Life => {
  const { id, slot, generation } = worker;
  const far = { ready: false, available: false, overdue: false, withdrawn: false, listens: false };
  return { id, slot, generation, why, bornAt: time, outside: slot > size, ...far };
};

/** What an event about a worker changes. */
const changeOf = (life: Life, event: ClusterEvent): Partial<Life> | undefined => {
  if ('serves' in event) return { withdrawn: !event.serves };
  switch (event.type) {
    case 'ready':
    case 'available':
    case 'overdue':
      return { [event.type]: true };
    case 'listening':
      return { listens: true };
    case 'leaving':
      return { leavingAt: event.time };
    case 'retire':
      return { retiredAt: event.time };
    case 'kill':
      if (isForHang(event)) return stays({ ...life, outside: false }) ? { abortedAt: event.time } : undefined;
      return event.signal === 'SIGKILL' ? { killedAt: event.time } : { terminatedAt: event.time };
    case 'exit':
      return { exit: event };
    default:
      return undefined;
  }
};

/** The events of a cluster, and its options. */
interface Told {
  readonly events: readonly ClusterEvent[];
  readonly policy: { readonly worker: number };
}

type Walk = readonly (readonly [ClusterEvent, Crew])[];

/** Most invariants walk through the same history. */
const walks = new WeakMap<readonly ClusterEvent[], { readonly size: number; readonly steps: Walk }>();

/** The events of a history, each with the workers after it. */
export const walk = ({ events, policy }: Told): Walk => {
  const known = walks.get(events);
  if (known !== undefined && known.size === policy.worker && known.steps.length === events.length) return known.steps;
  let crew = new Crew(policy.worker);
  const steps = events.map((event) => {
    crew = crew.after(event);
    return [event, crew] as const;
  });
  walks.set(events, { size: policy.worker, steps });
  return steps;
};

/** The workers after the last event. */
export const crewOf = (told: Told): Crew => walk(told).at(-1)?.[1] ?? new Crew(told.policy.worker);
