import { Subject, Subscription, takeUntil } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import type { Policy } from '../../src/config.js';
import type { ClusterEvent, Wish } from '../../src/events.js';
import { cluster$ } from '../../src/streams/cluster.js';
import { simulatedHost } from '../../src/testing/simulatedHost.js';
import { type Act, type Command, policyOf, type Schedule } from './schedule.js';

/** What one schedule came to. */
export interface History {
  readonly schedule: Schedule;
  readonly policy: Policy;
  readonly events: readonly ClusterEvent[];
  /** What was done to the cluster, and after how many events. */
  readonly done: readonly { readonly act: Act; readonly time: number; readonly seen: number }[];
  /** `stuck`: it did not end in its time. `runaway`: it went on and on. Both were unsubscribed. */
  readonly end: 'complete' | 'error' | 'unsubscribed' | 'stuck' | 'runaway' | 'never';
  readonly error: unknown;
  readonly endedAt: number;
  /** What was there the moment after it had ended. */
  readonly left: { readonly processes: number; readonly handlers: number; readonly timers: number };
  /** Events that came all the same. */
  readonly posthumous: number;
  /** When the host's processes were two that took themselves for the leader, and which; asked at each event. */
  readonly leaders: { readonly time: number; readonly ids: readonly number[] } | undefined;
  /** When the host forked each process, and after how many events; `Infinity`: it was all over. */
  readonly forked: readonly { readonly time: number; readonly seen: number }[];
}

/** More than any schedule has a reason to tell. */
const plenty = 20_000;

/** Runs a schedule in virtual time, from the first fork until nothing is left to happen. */
export const run = (schedule: Schedule): History => {
  const policy = policyOf(schedule);
  const scheduler = new TestScheduler(() => undefined);
  const events: ClusterEvent[] = [];
  const done: History['done'][number][] = [];
  const own = new Subscription();
  const commands$ = new Subject<Wish>();
  let end: History['end'] = 'never';
  let error: unknown;
  let endedAt = 0;
  let left = { processes: 0, handlers: 0, timers: 0 };
  let posthumous = 0;
  let leaders: History['leaders'];
  const forked: History['forked'][number][] = [];

  const host = simulatedHost({
    behave: (_, fork) => {
      forked.push({ time: scheduler.now(), seen: end === 'never' ? events.length : Infinity });
      return schedule.workers[fork - 1] ?? schedule.others;
    },
    random: () => schedule.random,
  });

  const quit$ = new Subject<void>();
  const finish = (how: History['end']) => {
    if (end !== 'never') return;
    end = how;
    quit$.next();
  };
  const scale = (to: number) => commands$.next({ type: 'scale', to, why: 'asked' });
  const acts: Record<Act, () => void> = {
    restart: () => commands$.next({ type: 'restart', request: `r${done.length}`, why: 'asked' }),
    shutdown: () => commands$.next({ type: 'shutdown', force: false, why: 'asked' }),
    force: () => commands$.next({ type: 'shutdown', force: true, why: 'forced' }),
    unsubscribe: () => finish('unsubscribed'),
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
  const perform = (act: Act) => {
    if (end !== 'never') return;
    done.push({ act, time: scheduler.now(), seen: events.length });
    acts[act]();
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
    events.push(event);
    const ids = host.leaders();
    if (ids.length > 1) leaders ??= { time: scheduler.now(), ids };
    if (events.length > plenty) finish('runaway');
    const nth = (told.get(event.type) ?? 0) + 1;
    told.set(event.type, nth);
    for (const command of schedule.commands) {
      if (!('on' in command) || command.on !== event.type || command.nth !== nth) continue;
      if (command.wait === undefined) perform(command.act);
      else later(command.wait, () => perform(command.act));
    }
  };
  const timed = (command: Command) => {
    if ('on' in command) return;
    const { act, at, late } = command;
    later(at, () => (late ? later(0, () => perform(act)) : perform(act)));
  };

  scheduler.run(() => {
    for (const command of schedule.commands) timed(command);
    later(schedule.until, () => perform('shutdown'));
    later(schedule.until + 2 * policy.disconnectTimeout + 100, () => finish('stuck'));
    const running = cluster$(host, policy, commands$)
      .pipe(takeUntil(quit$))
      .subscribe({
        next: hear,
        complete: () => {
          if (end === 'never') end = 'complete';
        },
        error: (thrown: unknown) => {
          end = 'error';
          error = thrown;
        },
      });
    // Once all that was under way has returned: what is still there then has been forgotten.
    running.add(() => {
      own.unsubscribe();
      endedAt = scheduler.now();
      scheduler.schedule(() => {
        left = { processes: host.running(), handlers: host.handlers(), timers: scheduler.actions.length };
      });
    });
  });
  return { schedule, policy, events, done, end, error, endedAt, left, posthumous, leaders, forked };
};
