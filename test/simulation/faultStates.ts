import type { ClusterEvent } from '../../src/features/index.js';
import type { EventOf, WorkerRef } from '../../src/vocabulary/events.js';

/** What goes wrong with a worker, and what is asked of the cluster from outside. */
export const faults = [
  'crash',
  'spawn failure',
  'leaves by itself',
  'late boot',
  'hang',
  'SIGTERM',
  'does not leave',
  'memory',
  'age',
  'restart',
  'restart of a slot',
  'scale up',
  'scale down',
  'pause',
  'resume',
  'shutdown',
  'forced shutdown',
] as const;

/** Where it happens: states of a worker, its part in a restart, and states of the cluster. */
export const states = [
  'booting',
  'ready',
  'available',
  'leaving',
  'draining',
  'paused',
  'held standby',
  'old in a roll',
  'canary in a roll',
  'new in a roll',
  'rolling',
  'first start',
  'backoff',
  'degraded',
  'vacant',
  'shutting down',
  'giving up',
] as const;

export type Fault = (typeof faults)[number];
export type FaultState = (typeof states)[number];

/** How often each fault met each state, by `fault in state`. Plain data. */
export type Meetings = Readonly<Record<string, number>>;

export const pairOf = (fault: Fault, state: FaultState): string => `${fault} in ${state}`;

/** A worker, as far as it matters here. */
interface Worker {
  readonly slot: number;
  life: Extract<FaultState, 'booting' | 'ready' | 'available' | 'leaving' | 'draining'>;
  paused: boolean;
  roll: Extract<FaultState, 'old in a roll' | 'canary in a roll' | 'new in a roll'> | undefined;
  killed: boolean;
}

/**
 * Counts the pairs of fault and state in the events of one run. A fault of a worker meets the states of this worker and of the cluster; what is asked of the cluster meets the states of all its workers.
 * The state is that before the event.
 */
export const countMeetings = (events: readonly ClusterEvent[], counts: Record<string, number>): void => {
  const state = situation();
  for (const event of events) {
    const fault = faultOf(event, state.workerOf);
    if (fault !== undefined) {
      const worker = 'worker' in event && event.worker !== undefined && isOfWorker(fault) ? event.worker : undefined;
      for (const met of new Set(state.around(worker))) {
        const pair = pairOf(fault, met);
        counts[pair] = (counts[pair] ?? 0) + 1;
      }
    }
    state.fold(event);
  }
};

const ofCluster: ReadonlySet<Fault> = new Set([
  'restart',
  'restart of a slot',
  'scale up',
  'scale down',
  'pause',
  'resume',
  'shutdown',
  'forced shutdown',
]);
const isOfWorker = (fault: Fault): boolean => !ofCluster.has(fault);

/** Why a process that is in no slot takes none, in the words of its `standby-end`. */
const faultsOfHeld: ReadonlyMap<string, Fault> = new Map([
  ['it got SIGTERM', 'SIGTERM'],
  ['it left: disconnected', 'leaves by itself'],
]);

type WorkerOf = (ref: WorkerRef) => Worker | undefined;

const faultOf = (event: ClusterEvent, workerOf: WorkerOf): Fault | undefined => {
  switch (event.type) {
    case 'exit':
      return faultOfExit(event, workerOf(event.worker));
    case 'standby-end':
      return event.exit === undefined ? faultsOfHeld.get(event.why) : faultOfExit(event.exit, undefined);
    case 'leaving':
      return event.why === 'disconnected' ? 'leaves by itself' : undefined;
    case 'overdue':
      return 'late boot';
    case 'hung':
      return 'hang';
    case 'replace-request':
      return 'SIGTERM';
    case 'kill':
      return event.signal === 'SIGKILL' && event.why.startsWith('still there') ? 'does not leave' : undefined;
    case 'recycle':
      return event.why === 'memory' || event.why === 'age' ? event.why : undefined;
    case 'restart':
      if (event.worker !== undefined) return undefined;
      return event.slot === undefined ? 'restart' : 'restart of a slot';
    case 'scale':
      if (event.to === event.from) return undefined;
      return event.to > event.from ? 'scale up' : 'scale down';
    case 'pause':
    case 'resume':
      return event.type;
    case 'shutdown':
      return event.force ? 'forced shutdown' : 'shutdown';
    default:
      return undefined;
  }
};

/** An exit that nobody has asked for, or that is none of a worker that leaves in order. */
const faultOfExit = (
  { code, signal, reason }: Pick<EventOf<ClusterEvent, 'exit'>, 'code' | 'signal' | 'reason'>,
  worker: Worker | undefined,
): Fault | undefined => {
  if (reason === 'spawn') return 'spawn failure';
  if (reason === 'crash') return 'crash';
  if (worker === undefined || worker.killed) return undefined;
  return code === 0 && signal === null ? undefined : 'crash';
};

/** What is known of a cluster after the events so far. */
const situation = () => {
  const workers = new Map<number, Worker>();
  const held = new Set<number>();
  const waiting = new Map<number, 'backoff' | 'degraded' | 'vacant'>();
  let everAvailable = false;
  let first: number | undefined;
  let rolling = false;
  let stopping = false;
  let givingUp = false;

  const ofCluster = (): readonly FaultState[] => [
    ...new Set(waiting.values()),
    ...(everAvailable ? [] : ['first start' as const]),
    ...(rolling ? ['rolling' as const] : []),
    ...(stopping && !givingUp ? ['shutting down' as const] : []),
    ...(givingUp ? ['giving up' as const] : []),
  ];
  const around = (ref: WorkerRef | undefined): readonly FaultState[] => {
    if (ref === undefined)
      return [
        ...[...workers.values()].flatMap(statesOf),
        ...(held.size > 0 ? ['held standby' as const] : []),
        ...ofCluster(),
      ];
    const worker = workers.get(ref.id);
    if (worker === undefined) return ref.slot === 0 ? ['held standby', ...ofCluster()] : ofCluster();
    return [...statesOf(worker), ...ofCluster()];
  };
  const forSlot = (slot: number, change: (worker: Worker) => void) => {
    for (const worker of workers.values()) if (worker.slot === slot) change(worker);
  };
  const change = ({ id }: WorkerRef, to: Partial<Worker>) => {
    const worker = workers.get(id);
    if (worker !== undefined) Object.assign(worker, to);
  };
  const fold = (event: ClusterEvent): void => {
    switch (event.type) {
      case 'fork': {
        const { slot, id } = event.worker;
        const roll = event.why !== 'roll' ? undefined : slot === first ? 'canary in a roll' : 'new in a roll';
        workers.set(id, { slot, life: 'booting', paused: false, roll, killed: false });
        waiting.delete(slot);
        break;
      }
      case 'ready':
      case 'available':
        everAvailable ||= event.type === 'available';
        change(event.worker, { life: event.type });
        break;
      case 'leaving':
        change(event.worker, { life: 'leaving' });
        break;
      case 'retire':
        change(event.worker, { life: 'draining' });
        break;
      case 'kill':
        if (event.signal !== 'SIGTERM') change(event.worker, { killed: true });
        break;
      case 'exit':
        workers.delete(event.worker.id);
        break;
      case 'standby-begin':
        held.add(event.worker.id);
        break;
      case 'takeover':
      case 'standby-end':
        held.delete(event.worker.id);
        break;
      case 'pause':
      case 'resume':
        change(event.worker, { paused: event.type === 'pause' });
        break;
      case 'backoff':
      case 'degraded':
      case 'vacant':
        waiting.set(event.slot, event.type);
        break;
      case 'scale':
        for (const slot of waiting.keys()) if (slot > event.to) waiting.delete(slot);
        break;
      case 'restart-begin':
        rolling = true;
        [first] = event.slots;
        break;
      case 'replace-begin':
        forSlot(event.slot, (worker) => (worker.roll ??= 'old in a roll'));
        break;
      case 'replace-end':
      case 'replace-abort':
        forSlot(event.slot, (worker) => (worker.roll = undefined));
        break;
      case 'restart-end':
      case 'restart-abort':
        rolling = false;
        break;
      case 'shutdown':
        stopping = true;
        break;
      case 'give-up':
        givingUp = true;
        break;
      default:
    }
  };
  return { workerOf: ({ id }: WorkerRef) => workers.get(id), around, fold };
};

const statesOf = ({ life, paused, roll }: Worker): readonly FaultState[] => [
  life,
  ...(paused ? ['paused' as const] : []),
  ...(roll === undefined ? [] : [roll]),
];
