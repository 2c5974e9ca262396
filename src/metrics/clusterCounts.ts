import type { ClusterEvent, EventOf } from '../index.js';
import { histogram } from './histogram.js';
import { tally } from './tally.js';

/** In seconds. */
const durationBounds = [0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300] as const;

/** Counts what happens in one cluster, from its events. */
export const clusterCounts = () => {
  const events = tally();
  const forks = tally();
  const exits = tally();
  const crashes = tally();
  const kills = tally();
  const rolls = tally();
  const cutConnections = tally();
  const droppedLines = tally();
  // A counter that is not there before its first increment hides it from `rate` and `increase`.
  for (const reason of ['requested', 'left', 'crash', 'spawn']) exits.add({ reason }, 0);
  for (const cause of ['error', 'code', 'spawn', 'hung']) crashes.add({ cause }, 0);
  for (const signal of ['SIGTERM', 'SIGKILL']) kills.add({ signal }, 0);
  for (const outcome of ['done', 'aborted', 'cancelled']) rolls.add({ outcome }, 0);
  cutConnections.add({}, 0);
  droppedLines.add({}, 0);
  const drains = histogram(durationBounds);
  const rollTimes = histogram(durationBounds);
  /** When workers have begun to leave, and which of them hang. An exit removes them. */
  const leavingSince = new Map<number, number>();
  const hung = new Set<number>();
  let rollSince: number | undefined;
  let stopping = false;

  const start = ({ worker, why }: EventOf<ClusterEvent, 'fork'>) => {
    for (const each of ['start', 'scale', 'respawn', 'roll'])
      forks.add({ slot: String(worker.slot), why: each }, Number(each === why));
  };
  const begin = (id: number, now: number) => {
    if (!leavingSince.has(id)) leavingSince.set(id, now);
  };
  const end = (event: EventOf<ClusterEvent, 'exit'>, now: number) => {
    const { worker, reason } = event;
    const since = leavingSince.get(worker.id);
    if (since !== undefined) drains.add((now - since) / 1000);
    exits.add({ reason });
    const cause = crashCause(event, hung.has(worker.id));
    if (cause !== undefined) crashes.add({ cause });
    leavingSince.delete(worker.id);
    hung.delete(worker.id);
  };
  const endRoll = ({ result }: EventOf<ClusterEvent, 'restart-end' | 'restart-abort'>, now: number) => {
    rolls.add({ outcome: result.outcome });
    if (rollSince !== undefined) rollTimes.add((now - rollSince) / 1000);
    rollSince = undefined;
  };

  /** Counts an event. `now`: in ms of a monotonic clock. */
  const see = (event: ClusterEvent, now: number): void => {
    if (event.type !== 'message' && event.type !== 'stats') events.add({ type: event.type });
    if (event.type === 'fork') start(event);
    else if (event.type === 'retire' || event.type === 'leaving') begin(event.worker.id, now);
    else if (event.type === 'exit') end(event, now);
    else if (event.type === 'hung') hung.add(event.worker.id);
    else if (event.type === 'recovered') hung.delete(event.worker.id);
    else if (event.type === 'kill') kills.add({ signal: event.signal });
    else if (event.type === 'cut') cutConnections.add({}, event.connections);
    else if (event.type === 'log-dropped') droppedLines.add({}, event.lines);
    else if (event.type === 'restart-begin') rollSince = now;
    else if (event.type === 'restart-end' || event.type === 'restart-abort') endRoll(event, now);
    else if (event.type === 'shutdown') stopping = true;
  };

  return {
    see,
    hangs: (id: number): boolean => hung.has(id),
    rolls: (): boolean => rollSince !== undefined,
    stops: (): boolean => stopping,
    tallies: { events, forks, exits, crashes, kills, rolls, cutConnections, droppedLines },
    drains,
    rollTimes,
  };
};

/** Why a worker has failed: a word of a fixed set, or the name of a signal. `undefined` if it was asked to leave or left by itself, unless it hung. */
const crashCause = ({ reason, cause, signal }: EventOf<ClusterEvent, 'exit'>, hangs: boolean): string | undefined => {
  if (hangs) return 'hung';
  if (reason === 'spawn') return 'spawn';
  if (reason !== 'crash') return undefined;
  if (cause !== undefined) return 'error';
  return signal ?? 'code';
};
