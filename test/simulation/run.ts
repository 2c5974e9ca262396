import { defer, finalize, Observable, Subject, Subscription, takeUntil, tap } from 'rxjs';
import type { ClusterOptions } from '../../src/config/clusterOptions.js';
import type { ClusterEvent } from '../../src/features/index.js';
import type { Host } from '../../src/host/host.js';
import type { ClusterCommand } from '../../src/vocabulary/events.js';
import { sampleIntervalMs } from '../../src/vocabulary/stats.js';
import { simulatedParts } from '../../src/features/simulated.js';
import { cluster$ } from '../../src/streams/cluster.js';
import { simulatedHost } from '../../src/testing/simulatedHost.js';
import { now as monotonic, setTimeOfDay } from '../marbles.js';
import { featureActs } from './features.js';
import { type Act, type Command, type FeatureActName, optionsOf, type Schedule } from './schedule.js';
import { suspend, type Suspension, suspensionMs } from './suspension.js';
import { type VirtualTime, virtualTime } from '../../src/testing/virtualTime.js';

/** Something that was done to a cluster, and after how many of its events. `foreign`: not by its own schedule. */
interface Done {
  readonly act: Act;
  readonly time: number;
  readonly seen: number;
  readonly foreign: boolean;
}

/** The history of one run of a cluster. Its times count from its start. */
export interface History {
  readonly schedule: Schedule;
  readonly policy: ClusterOptions;
  readonly events: readonly ClusterEvent[];
  readonly done: readonly Done[];
  /** `stuck`: it did not end in time. `runaway`: it emitted too many events. Both were unsubscribed. */
  readonly end: 'complete' | 'error' | 'unsubscribed' | 'stuck' | 'runaway' | 'never';
  readonly error: unknown;
  readonly endedAt: number;
  /** What was there the moment after it had ended. */
  readonly left: { readonly processes: number; readonly handlers: number; readonly timers: number };
  /** Events after the end. */
  readonly posthumous: number;
  /** By feature, when it had first marked more than one process, and which; asked at each event. */
  readonly together: ReadonlyMap<string, { readonly time: number; readonly ids: readonly number[] }>;
  /** When the host forked each process, and after how many events; `Infinity`: it was all over. */
  readonly forked: readonly {
    readonly time: number;
    readonly seen: number;
    /** It was forked for no slot. */
    readonly held: boolean;
  }[];
  /** The most processes that were in no slot at a time. */
  readonly mostHeld: number;
  /** When the machine was suspended. */
  readonly suspended: readonly Suspension[];
}

/** More events than any schedule should cause. */
const plenty = 20_000;

/** What is around a cluster that does not run alone. */
export interface Around {
  readonly name: string;
  /** An act of its own that reaches the others, too. */
  readonly outward: (act: Act) => void;
  /** It has been torn down. */
  readonly ended: () => void;
}

/** One run of a cluster, from its subscription to its end. */
export interface Run {
  readonly events$: Observable<ClusterEvent>;
  /** Does something to it from outside, as long as it runs. */
  readonly perform: (act: Act, foreign: boolean) => void;
  readonly finish: (how: History['end']) => void;
  readonly history: () => History;
}

const isOfFeature = (act: Act): act is FeatureActName => act.includes(': ');

const isOutward = (act: Act): boolean => act === 'unsubscribe' || act.startsWith('SIG');

/** A run by schedule that begins when it is subscribed, once, in virtual time. */
export const newRun = (schedule: Schedule, scheduler: VirtualTime, around?: Around): Run => {
  const policy = { ...optionsOf(schedule), ...(around !== undefined && { name: around.name }) };
  const events: ClusterEvent[] = [];
  const done: Done[] = [];
  const own = new Subscription();
  const commands$ = new Subject<ClusterCommand>();
  let begunAt = 0;
  let end: History['end'] = 'never';
  let error: unknown;
  let endedAt = 0;
  let left = { processes: 0, handlers: 0, timers: 0 };
  let posthumous = 0;
  const together = new Map<string, { readonly time: number; readonly ids: readonly number[] }>();
  const forked: History['forked'][number][] = [];
  const suspended: Suspension[] = [];
  const now = () => scheduler.now() - begunAt;

  const simulated = simulatedHost({
    behave: ({ slot }, fork) => {
      forked.push({ time: now(), seen: end === 'never' ? events.length : Infinity, held: slot === 0 });
      return schedule.workers[fork - 1] ?? schedule.others;
    },
    random: () => schedule.random,
    now: monotonic,
  });
  let held = 0;
  let mostHeld = 0;
  /** Counts a process until it is in a slot, or has gone. */
  const fork: Host['fork'] = (slotRef, options) => {
    const release$ = options?.release$;
    if (release$ === undefined) return simulated.fork(slotRef, options);
    return defer(() => {
      held += 1;
      mostHeld = Math.max(mostHeld, held);
      let counted = true;
      const release = () => {
        held -= Number(counted);
        counted = false;
      };
      return simulated.fork(slotRef, { ...options, release$: release$.pipe(tap(release)) }).pipe(finalize(release));
    });
  };
  const host = { ...simulated, fork };

  const quit$ = new Subject<void>();
  const finish = (how: History['end']) => {
    if (end !== 'never') return;
    end = how;
    quit$.next();
  };
  // The reasons are those of diagrams.
  const scale = (to: number) => commands$.next({ type: 'scale', to, why: 'scale()' });
  const restartSlot = (slot: number) =>
    commands$.next({ type: 'restart', request: `r${done.length}`, why: 'restart()', slot });
  const acts: Record<Exclude<Act, FeatureActName>, () => void> = {
    restart: () => commands$.next({ type: 'restart', request: `r${done.length}`, why: 'restart()' }),
    'restart slot 1': () => restartSlot(1),
    'restart slot 2': () => restartSlot(2),
    shutdown: () => commands$.next({ type: 'shutdown', force: false, why: 'shutdown' }),
    force: () => commands$.next({ type: 'shutdown', force: true, why: 'force' }),
    unsubscribe: () => finish('unsubscribed'),
    // When all that happens now has happened.
    suspend: () =>
      later(0, () => {
        // Later, timers that repeat have run once, and `TestScheduler` confuses those that are due in the same moment with others.
        if (scheduler.now() >= sampleIntervalMs) return;
        suspend(scheduler);
        suspended.push({ from: now(), until: now() + suspensionMs });
      }),
    'scale to 1': () => scale(1),
    'scale to 2': () => scale(2),
    'scale to 5': () => scale(5),
    SIGTTIN: () => host.raise('SIGTTIN'),
    SIGTTOU: () => host.raise('SIGTTOU'),
    SIGUSR2: () => host.raise('SIGUSR2'),
    SIGINT: () => host.raise('SIGINT'),
    SIGTERM: () => host.raise('SIGTERM'),
    SIGQUIT: () => host.raise('SIGQUIT'),
  };
  const perform = (act: Act, foreign: boolean) => {
    if (end !== 'never') return;
    done.push({ act, time: now(), seen: events.length, foreign });
    if (isOfFeature(act)) {
      const asked = featureActs[act];
      if (asked !== undefined) commands$.next(asked.command);
    } else acts[act]();
  };
  const performOurs = (act: Act) => {
    if (end !== 'never') return;
    if (around !== undefined && isOutward(act)) around.outward(act);
    else perform(act, false);
  };
  const later = (wait: number, work: () => void) => {
    own.add(scheduler.schedule(work, wait));
  };
  const told = new Map<string, number>();
  const hear = (event: ClusterEvent) => {
    if (end !== 'never') {
      posthumous += 1;
      return;
    }
    events.push(begunAt === 0 ? event : { ...event, time: event.time - begunAt });
    for (const { name } of simulatedParts) {
      const ids = host.marked(name);
      if (ids.length > 1 && !together.has(name)) together.set(name, { time: now(), ids });
    }
    if (events.length > plenty) finish('runaway');
    const nth = (told.get(event.type) ?? 0) + 1;
    told.set(event.type, nth);
    for (const command of schedule.commands) {
      if (!('on' in command) || command.on !== event.type || command.nth !== nth) continue;
      if (command.wait === undefined) performOurs(command.act);
      else later(command.wait, () => performOurs(command.act));
    }
  };
  const timed = (command: Command) => {
    if ('on' in command) return;
    const { act, at, late } = command;
    later(at, () => (late ? later(0, () => performOurs(act)) : performOurs(act)));
  };

  const events$ = new Observable<ClusterEvent>((subscriber) => {
    begunAt = scheduler.now();
    for (const command of schedule.commands) timed(command);
    later(schedule.until, () => performOurs('shutdown'));
    // Also while it is still being subscribed, when `running` is not known yet.
    subscriber.add(() => finish('unsubscribed'));
    const running = cluster$(host, policy, commands$)
      .pipe(takeUntil(quit$))
      .subscribe({
        next: (event) => {
          hear(event);
          subscriber.next(event);
        },
        complete: () => {
          if (end === 'never') end = 'complete';
          subscriber.complete();
        },
        error: (thrown: unknown) => {
          end = 'error';
          error = thrown;
          subscriber.error(thrown);
        },
      });
    // Once all that was under way has returned: what is still there then has been forgotten.
    running.add(() => {
      if (end === 'never') end = 'unsubscribed';
      own.unsubscribe();
      endedAt = now();
      scheduler.schedule(() => {
        // Of several nobody can say whose timers they are; the whole counts them.
        const timers = around === undefined ? scheduler.timers() : 0;
        left = { processes: host.running(), handlers: host.handlers(), timers };
      });
      around?.ended();
    });
    return running;
  });
  const history = (): History => {
    return {
      schedule,
      policy,
      events,
      done,
      end,
      error,
      endedAt,
      left,
      posthumous,
      together,
      forked,
      mostHeld,
      suspended,
    };
  };
  return { events$, perform, finish, history };
};

/** The time of day is set by so many ms, so long after the first fork. */
export interface Step {
  readonly at: number;
  readonly by: number;
}

/** Runs a schedule alone, from the first fork until nothing is left to happen, or so long. */
export const run = (schedule: Schedule, soLong = Infinity, step?: Step): History => {
  const scheduler = virtualTime();
  const { events$, finish, history } = newRun(schedule, scheduler);
  scheduler.run(() => {
    const stuck =
      schedule.until +
      2 * schedule.rules.disconnectTimeout +
      100 +
      suspensionMs * schedule.commands.filter(({ act }) => act === 'suspend').length;
    const limit = scheduler.schedule(() => finish(soLong < stuck ? 'unsubscribed' : 'stuck'), Math.min(soLong, stuck));
    const all = new Subscription();
    all.add(limit);
    // Before all else that happens in that millisecond.
    if (step !== undefined) all.add(scheduler.schedule(() => setTimeOfDay(step.by), step.at));
    events$.subscribe({ error: () => undefined }).add(all);
  });
  return history();
};
