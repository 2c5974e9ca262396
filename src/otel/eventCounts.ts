import type { ClusterEvent } from '../index.js';
import type { OtelMeter } from './meter.js';

/** Counts events of clusters, and measures how long workers took to leave and rolls took. */
export const eventCounts = (meter: OtelMeter): ((event: ClusterEvent) => void) => {
  const counter = (name: string, unit: string, description: string) =>
    meter.createCounter(`proteus_cluster.${name}`, { description, unit });
  const histogram = (name: string, description: string) =>
    meter.createHistogram(`proteus_cluster.${name}`, { description, unit: 's' });
  const forks = counter('forks', '{worker}', 'Workers that were started.');
  const exits = counter('exits', '{worker}', 'Workers that have exited.');
  const kills = counter('kills', '{signal}', 'Signals that the master has sent to end workers.');
  const cut = counter(
    'cut_connections',
    '{connection}',
    'Connections that leaving workers have closed and that may have been in use.',
  );
  const dropped = counter('log_dropped_lines', '{line}', 'Lines that the log has dropped, because it had no room.');
  const rolls = counter('rolls', '{roll}', 'Rolling restarts by outcome: done, aborted or cancelled.');
  const drainDuration = histogram(
    'drain_duration',
    'How long workers took to leave, from the request or their own decision to the exit.',
  );
  const rollDuration = histogram('roll_duration', 'How long rolling restarts took.');
  /** When a worker began to leave, by its id. */
  const leaving = new Map<number, number>();
  /** When the roll of a cluster began. */
  const begun = new Map<string, number>();

  return (event) => {
    const { cluster, time } = event;
    switch (event.type) {
      case 'fork':
        return forks.add(1, { cluster, slot: event.worker.slot, why: event.why });
      case 'retire':
      case 'leaving':
        if (!leaving.has(event.worker.id)) leaving.set(event.worker.id, time);
        return;
      case 'exit': {
        exits.add(1, { cluster, reason: event.reason });
        const begin = leaving.get(event.worker.id);
        leaving.delete(event.worker.id);
        if (begin !== undefined) drainDuration.record(since(time, begin), { cluster });
        return;
      }
      case 'kill':
        return kills.add(1, { cluster, signal: event.signal });
      case 'cut':
        return cut.add(event.connections, { cluster });
      case 'log-dropped':
        return dropped.add(event.lines, { cluster });
      case 'restart-begin':
        return void begun.set(cluster, time);
      case 'restart-abort':
      case 'restart-end': {
        const { outcome } = event.result;
        rolls.add(1, { cluster, outcome });
        const begin = begun.get(cluster);
        begun.delete(cluster);
        if (begin !== undefined) rollDuration.record(since(time, begin), { cluster });
        return;
      }
      default:
    }
  };
};

/** In seconds. A step of the time of day makes no negative time. */
const since = (time: number, begin: number): number => Math.max(0, time - begin) / 1000;
