import {
  asyncScheduler,
  concat,
  concatMap,
  defer,
  EMPTY,
  exhaustMap,
  filter,
  finalize,
  identity,
  map,
  merge,
  mergeMap,
  type MonoTypeOperatorFunction,
  NEVER,
  Observable,
  of,
  ReplaySubject,
  share,
  Subject,
  switchMap,
  take,
  takeUntil,
  takeWhile,
  tap,
  timer,
} from 'rxjs';
import type { ForkOptions, Host, KillSignal, Process, ProcessEvent, SlotRef } from '../host/host.js';
import type { Hang } from '../features/contract/simulatedPart.js';
import { type FeatureBehaviour, simulatedParts } from '../features/simulated.js';
import { latencyBounds, type ProcessUsage, sampleIntervalMs, type WorkerReport } from '../vocabulary/stats.js';
import { errorData } from '../vocabulary/errorData.js';
import { deadlines } from '../host/deadlines.js';
import { processSamples } from '../host/processSamples.js';
import { after } from '../operators/general/after.js';
import { relay } from '../operators/general/relay.js';

/** The ids of the processes that each feature has marked. */
type Marks = ReadonlyMap<string, Set<number>>;

/** How a simulated worker behaves. Times in ms of virtual time. */
export interface WorkerBehaviour extends FeatureBehaviour {
  /** From fork to `online`. Default 1. */
  readonly online?: number;
  /** From fork to `listening`; `false` for a worker that never listens. Default 2. */
  readonly listening?: number | false;
  /** Further ports on which it listens, and when, from the fork. The first one is 80. */
  readonly opens?: readonly { readonly after: number; readonly port: number }[];
  /** It listens without asking the master, so it cannot be held (`reusePort`, `exclusive`). Default: false. */
  readonly reusePort?: boolean;
  /** From fork to the message `ready`. Default: never. */
  readonly saysReady?: number;
  /** From being asked to leave to its exit; `Infinity` for a worker that ignores it. Default 1. */
  readonly leaves?: number;
  /** From being asked to leave to the close of its channel, as without a preload; it may exit much later. Default: the channel closes with its exit. */
  readonly disconnects?: number;
  /** From SIGTERM to its exit. Default: never. */
  readonly terminates?: number;
  /** When it leaves on its own, and with which code or signal. */
  readonly crashes?: {
    readonly after: number;
    readonly code?: number;
    readonly signal?: string;
    readonly message?: string;
  };
  /** What it sends, and when. The messages of one list are sent together. */
  readonly says?: readonly { readonly after: number; readonly messages: readonly unknown[] }[];
  /** From fork to when it disconnects on its own, or leaves on a second SIGTERM; it exits `leaves` ms later. Default: never. */
  readonly walksOut?: number;
  /** From fork to SIGTERM from outside, on which it asks to be replaced. Default: never. */
  readonly terminated?: number;
  /** It runs no JavaScript for a while. */
  readonly hangs?: Hang;
  /** What the operating system says about it, by the time since its fork. Default: 50 MB and no CPU time. */
  readonly usage?: (age: number) => Partial<ProcessUsage>;
  /** What it reports about itself, by the time since its fork; `undefined` when it is hung. Default: that it does nothing. */
  readonly report?: (age: number) => Partial<WorkerReport> | undefined;
  /** From a request of a diagram to its reply, by the time since its fork; `Infinity` when it does not reply. Default: 0. */
  readonly replies?: (age: number) => number;
  /** False: it cannot be started at all. */
  readonly spawns?: boolean;
}

export interface SimulatedHost extends Host {
  /** Delivers a signal to the master. */
  readonly raise: (signal: string) => void;
  /** Processes that are running now. */
  readonly running: () => number;
  /** The processes that the simulated part of a feature has marked. What a mark means is documented with the feature. */
  readonly marked: (feature: string) => readonly number[];
  /** Signal handlers that are installed now. */
  readonly handlers: () => number;
}

export interface SimulationOptions {
  /** Returns how a process behaves. `fork` counts all forks from 1. */
  readonly behave?: (slotRef: SlotRef, fork: number) => WorkerBehaviour;
  /** Uniform in [0, 1). Default: always 0.5, the middle of the jitter. */
  readonly random?: () => number;
  /** The monotonic clock of the host, in ms. Default: that of the scheduler, which is virtual under `TestScheduler`. */
  readonly now?: () => number;
}

/**
 * A host whose processes are timers: under RxJS's `TestScheduler` days of a cluster take milliseconds.
 *
 * @example
 * new TestScheduler(assert.deepStrictEqual).run(() => {
 *   const host = simulatedHost({ behave: (slotRef, fork) => (fork === 3 ? { crashes: { after: 5 } } : {}) });
 *   rehearse(host, { worker: 2 }).subscribe(console.log);
 * });
 */
export const simulatedHost = ({
  behave = () => ({}),
  random = () => 0.5,
  now = () => asyncScheduler.now(),
}: SimulationOptions = {}): SimulatedHost => {
  const signals$ = new Subject<string>();
  let forks = 0;
  const marks = new Map(simulatedParts.map(({ name }) => [name, new Set<number>()]));
  let running = 0;
  let handlers = 0;

  const fork = (slotRef: SlotRef, { release$ }: ForkOptions = {}): Observable<ProcessEvent> =>
    defer(() => {
      forks += 1;
      running += 1;
      const id = forks;
      return live(id, behave(slotRef, id), marks, now, release$).pipe(
        finalize(() => {
          running -= 1;
          unmark(id, marks);
        }),
      );
    });

  const signal = (name: string): Observable<string> =>
    defer(() => {
      handlers += 1;
      return signals$.pipe(
        filter((raised) => raised === name),
        finalize(() => {
          handlers -= 1;
        }),
      );
    });

  return {
    fork,
    signal,
    random,
    now,
    raise: (name) => signals$.next(name),
    running: () => running,
    marked: (feature) => [...(marks.get(feature) ?? [])],
    handlers: () => handlers,
  };
};

const unmark = (id: number, marks: Marks): void => {
  for (const marked of marks.values()) marked.delete(id);
};

const live = (
  id: number,
  behaviour: WorkerBehaviour,
  marks: Marks,
  now: () => number,
  release$: Observable<SlotRef> | undefined,
): Observable<ProcessEvent> => {
  const {
    online = 1,
    listening = 2,
    opens = [],
    reusePort = false,
    saysReady = Infinity,
    leaves = 1,
    disconnects = Infinity,
    terminates = Infinity,
    crashes,
    says = [],
    walksOut = Infinity,
    terminated = Infinity,
    hangs,
    usage = () => ({}),
    report = () => ({}),
    spawns = true,
  } = behaviour;
  const forkedAt = now();
  const age = () => now() - forkedAt;
  const asked$ = new ReplaySubject<0>(1);
  const killed$ = new ReplaySubject<KillSignal>(1);
  const terminated$ = new ReplaySubject<KillSignal>(1);
  // They replay, because frames are sent at the fork, before the simulated parts subscribe.
  const frames = new Map(simulatedParts.map(({ name }) => [name, new ReplaySubject<unknown>()]));
  const framesOf = (feature: string): Observable<unknown> => frames.get(feature) ?? NEVER;
  const exited$ = new ReplaySubject<0>(1);
  const usage$ = defer(() => of({ ...idle, ...hangingUsage(hangs, age()), ...usage(age()) })).pipe(takeUntil(exited$));
  const report$ = timer(sampleIntervalMs, sampleIntervalMs).pipe(
    map(() => (hangs !== undefined && hangsFor(hangs, age()) > 0 ? undefined : report(age()))),
    filter((reported) => reported !== undefined),
    map((reported): WorkerReport => ({ ...unused, uptime: age(), ...reported })),
  );
  let released = false;
  const process: Process = {
    id,
    pid: spawns ? 1000 + id : undefined,
    disconnect: () => asked$.next(0),
    tell: (feature: string, body: unknown) => frames.get(feature)?.next(body),
    kill: (signal) => (signal === 'SIGTERM' ? terminated$ : killed$).next(signal),
    usage$,
    sample$: processSamples({ usage$, report$, exited$, now, deadlines: deadlines(now) }),
    stack$: EMPTY,
    inspected: false,
  };
  const forked: ProcessEvent = { type: 'fork', process };
  if (!spawns)
    return concat(of(forked), after(1).pipe(mergeMap(() => failedSpawn))).pipe(finalize(() => exited$.next(0)));

  /** What a process that hangs emits and receives waits until it goes on. */
  const awake = <T>(): MonoTypeOperatorFunction<T> =>
    hangs === undefined ? identity : concatMap((value) => after(hangsFor(hangs, age())).pipe(map(() => value)));
  const leaveAfter = (ms: number) => at(ms, disconnected, exit(0, null));

  const listensAt = (ms: number | false, port: number): Observable<ProcessEvent> => {
    const asks$ = at(ms, listens(port));
    if (release$ === undefined || reusePort) return asks$;
    return asks$.pipe(
      mergeMap((listening) => (released ? of(listening) : concat(of(held), released$.pipe(map(() => listening))))),
    );
  };
  const released$ = (release$ ?? NEVER).pipe(
    take(1),
    tap(() => (released = true)),
    switchMap(() => after(1)),
    share(),
  );

  const says$ = mergeDue(
    at(online, { type: 'online' }),
    listensAt(listening, 80),
    ...opens.map(({ after, port }) => listensAt(after, port)),
    at(saysReady, { type: 'message', message: 'ready' }),
    ...says.map(({ after, messages }) => at(after, messageEvent(messages))),
    at(walksOut, ...(terminated < walksOut ? [leavesOnSigterm] : [walksAway, disconnected])),
    at(terminated, { type: 'replace-request', why: 'SIGTERM' }),
    ...simulatedParts.map(({ name, simulate }) =>
      framesOf(name).pipe(
        awake(),
        simulate(behaviour, (marked) => (marked ? marks.get(name)?.add(id) : marks.get(name)?.delete(id))),
        map((body): ProcessEvent => ({ type: 'frame', feature: name, body })),
      ),
    ),
  );
  const leaves$ = mergeDue(
    asked$.pipe(
      take(1),
      awake(),
      switchMap(() => mergeDue(at(disconnects, disconnected), leaveAfter(leaves))),
    ),
    terminated$.pipe(
      take(1),
      awake(),
      switchMap(() => leaveAfter(terminates)),
    ),
    at(walksOut + disconnects, disconnected),
    at(walksOut + leaves, disconnected, exit(0, null)),
  );
  const end$ = mergeDue(
    killed$.pipe(
      filter((signal) => signal === 'SIGKILL' || hangs?.how !== 'stopped' || hangsFor(hangs, age()) === 0),
      // A process that dies is not delayed by a further signal.
      exhaustMap((signal) => at(1, disconnected, exit(null, signal))),
    ),
    crashes === undefined ? NEVER : at(crashes.after, ...crash(crashes)),
  );
  let connected = true;
  const isNews = ({ type }: ProcessEvent) => {
    if (type !== 'disconnect') return true;
    const was = connected;
    connected = false;
    return was;
  };
  return merge(of(forked), merge(says$, leaves$).pipe(awake()), end$).pipe(
    filter(isNews),
    takeWhile(({ type }) => type !== 'exit', true),
    tap(({ type }) => {
      if (type === 'exit') exited$.next(0);
      if (type === 'disconnect' || type === 'exit') unmark(id, marks);
    }),
    finalize(() => exited$.next(0)),
  );
};

const unused: Omit<WorkerReport, 'uptime'> = {
  eventLoop: { utilization: 0, delay: { mean: 0, p50: 0, p99: 0, max: 0 } },
  heap: { used: 10_000_000, total: 20_000_000, limit: 4_000_000_000 },
  requests: { inFlight: 0, completed: 0, latency: { counts: [...latencyBounds.map(() => 0), 0], sum: 0 } },
  connections: 0,
};

const idle: ProcessUsage = { state: 'running', rss: 50_000_000, cpu: 0 };

/** How long a process of this age will still hang, in ms; 0 if it does not. */
export const hangsFor = ({ after: begin, for: duration = Infinity }: Hang, age: number): number =>
  age < begin ? 0 : Math.max(0, begin + duration - age);

const hangingUsage = (hangs: Hang | undefined, age: number): Partial<ProcessUsage> => {
  if (hangs === undefined) return {};
  const { after: begin, for: duration = Infinity, how } = hangs;
  return {
    state: how === 'stopped' && hangsFor(hangs, age) > 0 ? 'stopped' : 'running',
    cpu: how === 'loop' ? Math.max(0, Math.min(age - begin, duration)) : 0,
  };
};

/** Written by hand, because a process has many of them: with `mergeMap` each costs about twice as much. */
const at = (ms: number | false, ...events: readonly ProcessEvent[]): Observable<ProcessEvent> =>
  ms === false || ms === Infinity
    ? NEVER
    : new Observable((subscriber) => {
        const emit = () => {
          for (const event of events) subscriber.next(event);
        };
        after(ms).subscribe(relay(subscriber, emit));
      });

/** Merges those that may ever emit. */
const mergeDue = (...sources: readonly Observable<ProcessEvent>[]): Observable<ProcessEvent> =>
  merge(...sources.filter((source$) => source$ !== NEVER));

const held: ProcessEvent = { type: 'held' };

const listens = (port: number): ProcessEvent => ({
  type: 'listening',
  address: { address: '127.0.0.1', port, addressType: 4 },
});

const messageEvent = (messages: readonly unknown[]): ProcessEvent =>
  messages.length === 1 ? { type: 'message', message: messages[0] } : { type: 'messages', messages };

const walksAway: ProcessEvent = { type: 'leaving', why: 'disconnected' };
const leavesOnSigterm: ProcessEvent = { type: 'leaving', why: 'SIGTERM' };

/** The channel closes before the exit is seen. */
const disconnected: ProcessEvent = { type: 'disconnect' };

const exit = (code: number | null, signal: string | null): ProcessEvent => ({
  type: 'exit',
  code,
  signal,
  spawn: false,
});

const crash = ({ code, signal, message }: NonNullable<WorkerBehaviour['crashes']>): readonly ProcessEvent[] => {
  const last = [disconnected, signal === undefined ? exit(code ?? 1, null) : exit(null, signal)];
  if (message === undefined) return last;
  return [{ type: 'cause', cause: { name: 'Error', message, stack: `Error: ${message}` } }, ...last];
};

const spawnError = new Error('spawn ENOENT');

const failedSpawn: readonly ProcessEvent[] = [
  { type: 'error', error: spawnError },
  { type: 'cause', cause: errorData(spawnError) },
  { type: 'exit', code: null, signal: null, spawn: true },
];
