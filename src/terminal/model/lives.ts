import type { ClusterEvent } from '../../index.js';
import type { MasterStatus } from '../../status.js';
import type { Life } from './view.js';

/** Lives that are kept of each master. The oldest one that has ended goes first. */
const maxLives = 400;
/** Of a worker that sends endless events the last are kept. */
const maxEvents = 100;

/** What a row of a diagram shows. */
const shown: ReadonlySet<string> = new Set<ClusterEvent['type']>([
  'fork',
  'online',
  'ready',
  'available',
  'leaving',
  'retire',
  'kill',
  'exit',
]);

/** The lives of workers after one more event. `text` is its sentence. */
export const foldLives = (
  lives: readonly Life[],
  event: ClusterEvent,
  { text, level }: Pick<NonNullable<Life['exit']>, 'text' | 'level'>,
): readonly Life[] => {
  if (!shown.has(event.type) || !('worker' in event) || event.worker === undefined) return lives;
  const { worker, time, cluster } = event;
  if (event.type === 'fork') {
    const others = lives.filter((life) => life.worker.id !== worker.id);
    return bounded([...others, { worker, cluster, forkedAt: time, why: event.why, events: [event] }]);
  }
  return lives.map((life) => {
    if (life.worker.id !== worker.id || life.exit !== undefined) return life;
    return {
      ...life,
      events: [...life.events, event].slice(-maxEvents),
      ...(event.type === 'ready' && { readyAt: time }),
      ...(event.type === 'exit' && { exit: { time, text, level } }),
    };
  });
};

const bounded = (lives: readonly Life[]): readonly Life[] => {
  if (lives.length <= maxLives) return lives;
  const ended = lives.findIndex(({ exit }) => exit !== undefined);
  return lives.filter((_, at) => at !== Math.max(ended, 0));
};

/** The lives with those of workers whose fork the master does not remember: what its status says about them. */
export const withKnownWorkers = (lives: readonly Life[], status: MasterStatus): readonly Life[] => {
  const known = new Set(lives.map(({ worker }) => worker.id));
  const others = status.flatMap(({ cluster, slots }) =>
    slots.flatMap(({ workers }) =>
      workers
        .filter(({ id }) => !known.has(id))
        .map(({ id, slot, generation, pid, forkedAt, readyAt }): Life => {
          const worker = pid === undefined ? { id, slot, generation, cluster } : { id, slot, generation, cluster, pid };
          const fork: ClusterEvent = { type: 'fork', worker, why: 'start', time: forkedAt, seq: 0, cluster };
          const life = { worker, cluster, forkedAt, events: [fork] };
          return readyAt === undefined ? life : Object.assign(life, { readyAt });
        }),
    ),
  );
  return others.length === 0 ? lives : [...others, ...lives];
};
