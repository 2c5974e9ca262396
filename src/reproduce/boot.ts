import { type ClusterEvent, is } from '../index.js';
import type { WorkerBehaviour } from '../testing.js';
import { isFirst, placeOf, type Places } from './places.js';

/** What a process did until it was ready. Times in ms from its fork. */
export type Boot = Pick<WorkerBehaviour, 'online' | 'listening' | 'opens' | 'saysReady'>;

/** The boot of a process that was forked at `forkedAt`, by its events. What it never did stays out: `Infinity`, or `false` for listening. */
export const bootOf = (events: readonly ClusterEvent[], forkedAt: number, places: Places): Boot => {
  const online = events.find(is('online'));
  const opened = new Map<number, number>();
  for (const event of events.filter(is('listening'))) {
    const port = places.get(placeOf(event)) ?? 0;
    if (!opened.has(port)) opened.set(port, event.time - forkedAt);
  }
  const opens = [...opened].filter(([port]) => !isFirst(port)).map(([port, after]) => ({ after, port }));
  const first = [...opened].find(([port]) => isFirst(port));
  const said = events.find(saysReady);
  return {
    online: online === undefined ? Infinity : online.time - forkedAt,
    listening: first === undefined ? false : first[1],
    ...(opens.length > 0 && { opens }),
    ...(said !== undefined && { saysReady: said.time - forkedAt }),
  };
};

/** The boot of a standby worker that was forked at `forkedAt`: it asks to listen, and listens when it has a slot. What it has said before is heard then. */
export const standbyBoot = (after: number, events: readonly ClusterEvent[], forkedAt: number): Boot => {
  const said = events.find(saysReady);
  const taken = events.find(is('fork'));
  return {
    online: after,
    listening: after,
    ...(said !== undefined && { saysReady: said.time === taken?.time ? after : said.time - forkedAt }),
  };
};

const saysReady = (event: ClusterEvent): boolean => event.type === 'ready' && event.why === "sent 'ready'";

/** A usual boot of these, each of its times the median of theirs. */
export const medianBoot = (boots: readonly Boot[]): Boot => {
  const online = median(boots.flatMap(({ online = Infinity }) => (online < Infinity ? [online] : [])));
  const listening = median(boots.flatMap(({ listening = false }) => (listening === false ? [] : [listening])));
  const saysReady = median(boots.flatMap(({ saysReady }) => saysReady ?? []));
  const opened = boots.toSorted((one, other) => (other.opens?.length ?? 0) - (one.opens?.length ?? 0))[0]?.opens;
  return {
    ...(online !== undefined && { online }),
    ...(boots.length > 0 && { listening: listening ?? false }),
    ...(opened !== undefined && { opens: opened }),
    ...(saysReady !== undefined && { saysReady }),
  };
};

/** The middle one; of two the lower. */
export const median = (values: readonly number[]): number | undefined =>
  values.toSorted((one, other) => one - other)[Math.floor((values.length - 1) / 2)];
