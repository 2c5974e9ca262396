import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { Subject } from 'rxjs';
import { expect, test } from 'vitest';
import type { ClusterEvent } from '../../src/index.js';
import { toMarbles } from '../../src/marbles.js';
import type { EventDraft } from '../../src/vocabulary/events.js';
import { life, ref, stamped } from '../marbles.js';

setFlagsFromString('--expose-gc');
const collect: unknown = runInNewContext('gc');

/** What is held in memory, in kB. */
const held = (): number => {
  if (typeof collect !== 'function') throw new Error('expected a function that collects garbage');
  collect();
  return process.memoryUsage().heapUsed / 1_000;
};

const at = (time: number, draft: EventDraft, cluster = 'web'): ClusterEvent => ({ ...stamped(draft), time, cluster });

const error = (round: number) => ({ name: 'Error', message: `${round} ${'x'.repeat(1_000)}`, stack: 'x'.repeat(1_000) });

/** What happens over and over, each round a ms after the last one. */
const kinds: Readonly<Record<string, (round: number) => readonly ClusterEvent[]>> = {
  'workers that crash': (round) => {
    const { f, o, r, c } = life(ref({ id: round }));
    return [f, o, r, c].map((draft) => at(round, draft));
  },
  'workers whose exit is lost': (round) => [at(round, life(ref({ id: round })).f)],
  'a worker that says much': (round) => [
    at(round, life().r),
    ...Array.from({ length: 3 }, () => at(round, { ...life().m, message: 'x'.repeat(1_000) })),
  ],
  errors: (round) => [at(round, { type: 'error', error: error(round) })],
  signals: (round) => [at(round, { type: 'signal', signal: 'SIGHUP', action: 'reopen' })],
  clusters: (round) => [
    at(round, life().f, `cluster ${round}`),
    at(round, { type: 'end', why: 'asked', after: 1 }, `cluster ${round}`),
  ],
};

test.each(Object.entries(kinds))('%s: ten thousand leave nothing in memory', (_, eventsOf) => {
  const events$ = new Subject<ClusterEvent>();
  let length = 0;
  const subscription = events$.pipe(toMarbles({ every: 1 })).subscribe((picture) => {
    length = Math.max(length, picture.length);
  });
  const looks = [3_000, 8_000, 13_000].map((end, index, ends) => {
    for (let round = ends[index - 1] ?? 0; round < end; round += 1)
      for (const event of eventsOf(round)) events$.next(event);
    return held();
  });
  events$.complete();
  subscription.unsubscribe();
  const [early = 0, middle = Infinity, late = Infinity] = looks;
  expect(Math.min(middle - early, late - middle)).toBeLessThan(250);
  expect(length).toBeGreaterThan(0);
  expect(length).toBeLessThan(20_000);
});
