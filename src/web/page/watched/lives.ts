import type { EventLine } from '../../../client.js';
import type { WorkerRef } from '../../../index.js';
import type { MasterStatus, WorkerStatus } from '../../../status.js';
import { append } from './append.js';

/** The life of a worker, from its fork to its exit. Times in ms since the epoch. */
export interface Life {
  readonly worker: WorkerRef;
  readonly from: number;
  readonly readyAt?: number;
  /** Since when it leaves. */
  readonly leavingAt?: number;
  readonly to?: number;
  /** Left out while it lives, and where its exit was not seen. */
  readonly exit?: LifeExit;
}

interface LifeExit {
  readonly crashed: boolean;
  readonly text: string;
}

const maxLives = 1_000;

/** The lives after further events. */
export const foldLives = (lives: readonly Life[], lines: readonly EventLine[]): readonly Life[] => {
  const changed = new Map<string, Life>();
  const before = new Map(lives.map((life) => [keyOf(life.worker), life]));
  for (const line of lines) {
    const { event } = line;
    if (!('worker' in event) || event.worker === undefined) continue;
    const key = keyOf(event.worker);
    const life = changed.get(key) ?? before.get(key);
    const after = lived(life, line);
    if (after !== undefined && after !== life) changed.set(key, after);
  }
  if (changed.size === 0) return lives;
  const kept = lives.map((life) => changed.get(keyOf(life.worker)) ?? life);
  const added = [...changed].filter(([key]) => !before.has(key)).map(([, life]) => life);
  return append(kept, added, maxLives);
};

/** The lives after a status, which tells of workers whose fork was not seen, and lacks those whose exit was not. */
export const livesWithStatus = (lives: readonly Life[], status: MasterStatus, time: number): readonly Life[] => {
  const workers = status.flatMap(({ slots }) => slots.flatMap((slot) => slot.workers));
  const present = new Set(workers.map(keyOf));
  const known = new Set(lives.map(({ worker }) => keyOf(worker)));
  const closed = lives.map((life) =>
    life.to === undefined && !present.has(keyOf(life.worker)) ? { ...life, to: time } : life,
  );
  const added = workers.filter((worker) => !known.has(keyOf(worker))).map(lifeOf);
  return append(closed, added, maxLives);
};

const lifeOf = ({ id, slot, generation, pid, cluster, forkedAt, readyAt, leaving, since }: WorkerStatus): Life => ({
  worker: { id, slot, generation, cluster, ...(pid !== undefined && { pid }) },
  from: forkedAt,
  ...(readyAt !== undefined && { readyAt }),
  ...(leaving === true && { leavingAt: since }),
});

const keyOf = ({ cluster, id }: Pick<WorkerRef, 'cluster' | 'id'>): string => `${id} ${cluster}`;

const lived = (life: Life | undefined, { event, text }: EventLine): Life | undefined => {
  switch (event.type) {
    case 'fork':
      return { worker: event.worker, from: event.time };
    case 'exit': {
      const crashed = event.reason === 'crash' || event.reason === 'spawn';
      const begun = life ?? { worker: event.worker, from: event.time - event.uptime };
      return { ...begun, to: event.time, exit: { crashed, text } };
    }
    case 'ready':
      return life && { ...life, readyAt: event.time };
    case 'leaving':
    case 'retire':
    case 'kill':
      return life && { ...life, leavingAt: life.leavingAt ?? event.time };
    default:
      return life;
  }
};
