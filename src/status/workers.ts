import type { ClusterEvent } from '../index.js';
import type { WorkerPhase, WorkerStatus } from './clusterStatus.js';

/** The memory for a worker that opens and closes ports all the time is limited. */
const maxListens = 100;

/** One worker after an event that is about it. */
export const foldWorker = (worker: WorkerStatus, event: ClusterEvent): WorkerStatus => {
  const { time } = event;
  switch (event.type) {
    case 'listening': {
      const { address, port } = event.address;
      const known = worker.listens.some((other) => other.address === address && other.port === port);
      return known || worker.listens.length === maxListens
        ? worker
        : { ...worker, listens: [...worker.listens, event.address] };
    }
    case 'ready':
      return turned({ ...worker, readyAt: time }, time, event.why);
    case 'available':
      return turned({ ...worker, availableAt: time }, time, worker.why);
    case 'pause':
      return turned({ ...worker, paused: true }, time, event.why);
    case 'resume': {
      const { paused: _, ...rest } = worker;
      return turned(rest, time, event.why);
    }
    case 'hung':
      return turned({ ...worker, hung: true }, time, event.why);
    case 'overloaded':
      return { ...worker, overloaded: true };
    case 'recovered': {
      const { overloaded: _, ...calm } = worker;
      if (event.from === 'overloaded') return calm;
      const { hung: __, ...rest } = calm;
      return turned(rest, time, undefined);
    }
    case 'leaving':
    case 'retire':
    case 'kill':
      return turned({ ...worker, leaving: true }, time, event.why);
    case 'disconnect':
      return turned({ ...worker, leaving: true }, time, worker.why);
    case 'stats': {
      const { usage, report, age } = event;
      const { usage: _, report: __, age: ___, ...rest } = worker;
      return {
        ...rest,
        sampledAt: time,
        ...(usage !== undefined && { usage }),
        ...(report !== undefined && { report }),
        ...(age !== undefined && { age }),
      };
    }
    default:
      return marks.get(event.type)?.(worker) ?? worker;
  }
};

/** What events mark a worker with, by their types alone: the features that have them can be removed. */
const marks: ReadonlyMap<string, (worker: WorkerStatus) => WorkerStatus> = new Map<
  string,
  (worker: WorkerStatus) => WorkerStatus
>([
  ['leader-begin', (worker) => ({ ...worker, leader: true })],
  ['leader-end', ({ leader: _, ...worker }) => worker],
]);

const phaseOf = ({ leaving, hung, paused, availableAt, readyAt }: WorkerStatus): WorkerPhase => {
  if (leaving === true) return 'leaving';
  if (hung === true) return 'hung';
  if (paused === true) return 'paused';
  if (availableAt !== undefined) return 'available';
  return readyAt === undefined ? 'booting' : 'ready';
};

/** The worker with its state, and since when and why it is in it. Once it leaves, the last reason is the one that counts. */
const turned = ({ why: _, ...worker }: WorkerStatus, time: number, why: string | undefined): WorkerStatus => {
  const state = phaseOf(worker);
  return {
    ...worker,
    state,
    since: state === worker.state ? worker.since : time,
    ...(why !== undefined && { why }),
  };
};
