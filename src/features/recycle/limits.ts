import { defer, filter, map, merge, type Observable, scan } from 'rxjs';
import type { Host, Process } from '../../host/host.js';
import { after } from '../../operators/general/after.js';
import { toBytes } from '../../vocabulary/bytes.js';
import type { RecycleReason } from './events.js';
import { defaultJitter, type Recycle } from './options.js';
import { samplesInARow, spread } from './pauses.js';

/** A limit that a worker has reached. */
export interface Reached {
  readonly why: RecycleReason;
  readonly value: number;
  readonly limit: number;
}

/**
 * The limits that a process has reached: `age` once, the others with each sample. `uptime`: how long it has run, in ms. Its limits are drawn once, when this is called.
 *
 * ```
 * memory: samples    ---1---1---3---1---3---3---3---3---     3: above the limit, and 3 in a row are asked for
 * result             ---------------------------r---r---
 * ```
 */
export const reached = (
  { memory, age, requests, jitter = defaultJitter }: Recycle,
  process: Pick<Process, 'sample$'>,
  uptime: () => number,
  { random }: Pick<Host, 'random'>,
): Observable<Reached> => {
  const drawn = age === undefined && requests === undefined ? 0.5 : random();
  const limits: Observable<Reached>[] = [];
  if (memory !== undefined) limits.push(memoryReached$(toBytes(memory), process));
  if (age !== undefined) limits.push(ageReached$(spread(age, jitter, drawn), uptime));
  if (requests !== undefined) limits.push(requestsReached$(spread(requests, jitter, drawn), process));
  return merge(...limits);
};

const memoryReached$ = (limit: number, { sample$ }: Pick<Process, 'sample$'>): Observable<Reached> =>
  sample$.pipe(
    map(({ usage }) => usage?.rss),
    filter((rss) => rss !== undefined),
    scan(({ above }, value) => ({ value, above: value > limit ? above + 1 : 0 }), { value: 0, above: 0 }),
    filter(({ above }) => above >= samplesInARow),
    map(({ value }): Reached => ({ why: 'memory', value, limit })),
  );

const ageReached$ = (limit: number, uptime: () => number): Observable<Reached> =>
  defer(() => after(Math.max(0, limit - uptime()))).pipe(map((): Reached => ({ why: 'age', value: uptime(), limit })));

/** A worker counts its requests from the first sample that it is asked for. */
const requestsReached$ = (limit: number, { sample$ }: Pick<Process, 'sample$'>): Observable<Reached> =>
  sample$.pipe(
    map(({ report }) => report?.requests.completed ?? 0),
    filter((value) => value >= limit),
    map((value): Reached => ({ why: 'requests', value, limit })),
  );
