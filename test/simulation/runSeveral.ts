import { SupervisorError } from '../../src/vocabulary/errors.js';
import { catchError, EMPTY, merge, Observable, Subject, Subscription, takeUntil, tap } from 'rxjs';
import type { ClusterEvent } from '../../src/features/index.js';
import { supervise } from '../../src/operators/supervision/supervise.js';
import { now as monotonic } from '../marbles.js';
import { type History, newRun, type Run } from './run.js';
import type { Act, Command } from './schedule.js';
import type { Several } from './several.js';
import { virtualTime } from '../../src/testing/virtualTime.js';

/** What happened to the clusters, one after the other. `child` counts from 0. */
export type Note = { readonly time: number; readonly child: number } & (
  | { readonly what: 'start' }
  /** `last`: the last event that it emitted, if any. */
  | {
      readonly what: 'end';
      readonly how: History['end'];
      readonly error: unknown;
      readonly last: ClusterEvent['type'] | undefined;
    }
  /** The supervisor asked it to shut down. */
  | { readonly what: 'stop' }
  /** Everything was asked to shut down (`child` is -1), or the child has taken a signal for that. */
  | { readonly what: 'halt' }
  /** It was started while it ran. */
  | { readonly what: 'twice' }
);

/** The history of several clusters. */
export interface Whole {
  readonly several: Several;
  readonly notes: readonly Note[];
  /** Each run that was begun, and of which child. */
  readonly runs: readonly { readonly child: number; readonly begunAt: number; readonly history: History }[];
  readonly end: History['end'];
  readonly error: unknown;
  readonly endedAt: number;
  /** Timers that were there the moment after all had ended. */
  readonly timers: number;
  /** Events after the end. */
  readonly posthumous: number;
}

const nameOf = (child: number): string => `cluster ${child + 1}`;

/** Runs several clusters, each on a host of its own, in one virtual time, until nothing is left to happen. */
export const runSeveral = (several: Several): Whole => {
  const { together, clusters, commands, intensity, period, until } = several;
  const scheduler = virtualTime();
  const notes: Note[] = [];
  const begun: { readonly child: number; readonly begunAt: number; readonly run: Run }[] = [];
  const living = new Map<number, Run>();
  const starts = clusters.map(() => 0);
  const halt$ = new Subject<void>();
  const quit$ = new Subject<void>();
  const own = new Subscription();
  let end: History['end'] = 'never';
  let error: unknown;
  let endedAt = 0;
  let timers = 0;
  let posthumous = 0;
  const now = () => scheduler.now();

  const finish = (how: History['end']) => {
    if (end !== 'never') return;
    end = how;
    quit$.next();
  };
  const perform = (act: Act, by?: Run) => {
    if (end !== 'never') return;
    if (act === 'unsubscribe') {
      finish('unsubscribed');
      return;
    }
    // The clusters that run now get it, and not those that are started because of it.
    const all = [...living.values()];
    if (act === 'shutdown' || act === 'force') {
      notes.push({ what: 'halt', child: -1, time: now() });
      halt$.next();
    }
    for (const run of all) run.perform(act, run !== by);
  };
  const stop = (cluster: string) => {
    for (const [child, run] of living) {
      if (nameOf(child) !== cluster) continue;
      notes.push({ what: 'stop', child, time: now() });
      run.perform('shutdown', true);
    }
  };
  const later = (wait: number, work: () => void) => {
    own.add(scheduler.schedule(work, wait));
  };
  const told = new Map<string, number>();
  const hear = (child: number, event: ClusterEvent) => {
    if (event.type === 'signal' && (event.action === 'shutdown' || event.action === 'force'))
      notes.push({ what: 'halt', child, time: now() });
    const nth = (told.get(event.type) ?? 0) + 1;
    told.set(event.type, nth);
    for (const command of commands) {
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

  const child$ = (child: number): Observable<ClusterEvent> =>
    new Observable((subscriber) => {
      const lives = clusters[child] ?? [];
      const schedule = lives[Math.min(starts[child] ?? 0, lives.length - 1)] ?? 'absent';
      starts[child] = (starts[child] ?? 0) + 1;
      notes.push({ what: living.has(child) ? 'twice' : 'start', child, time: now() });
      if (schedule === 'absent') {
        const absent = new Error('absent');
        notes.push({ what: 'end', child, time: now(), how: 'error', error: absent, last: undefined });
        subscriber.error(absent);
        return undefined;
      }
      const run: Run = newRun(schedule, scheduler, {
        name: nameOf(child),
        outward: (act) => perform(act, run),
        ended: () => {
          living.delete(child);
          const { end: how, error: thrown, events } = run.history();
          notes.push({ what: 'end', child, time: now(), how, error: thrown, last: events.at(-1)?.type });
        },
      });
      begun.push({ child, begunAt: now(), run });
      living.set(child, run);
      return run.events$.pipe(tap((event) => hear(child, event))).subscribe(subscriber);
    });

  const children = clusters.map((_, child) => child$(child));
  const from = (failed: number) => (together === 'one_for_all' ? 0 : failed);
  const whole$ =
    together === 'merge'
      ? merge(...children)
      : together === 'apart'
        ? merge(...children.map((one$) => one$.pipe(catchError(() => EMPTY))))
        : supervise(children, {
            name: together,
            from,
            intensity,
            period,
            now: monotonic,
            stop,
            isTemporary: () => false,
            report: () => {},
            halt$,
          });

  scheduler.run(() => {
    for (const command of commands) timed(command);
    later(until, () => perform('shutdown'));
    later(until + patience(several), () => finish('stuck'));
    const running = whole$.pipe(takeUntil(quit$)).subscribe({
      next: () => {
        if (end !== 'never') posthumous += 1;
      },
      complete: () => {
        if (end === 'never') end = 'complete';
      },
      error: (thrown: unknown) => {
        end = 'error';
        error = thrown instanceof SupervisorError ? thrown.cause : thrown;
      },
    });
    running.add(() => {
      own.unsubscribe();
      endedAt = now();
      // Twice: each run looks at what it has left behind first.
      scheduler.schedule(() => {
        scheduler.schedule(() => {
          timers = scheduler.timers();
        });
      });
    });
  });
  const runs = begun.map(({ child, begunAt, run }) => ({ child, begunAt, history: run.history() }));
  return { several, notes, runs, end, error, endedAt, timers, posthumous };
};

/** Longer than all of them take to leave, even one after the other. */
const patience = ({ clusters }: Several): number => {
  const leaves = clusters.flat().map((life) => (life === 'absent' ? 0 : life.rules.disconnectTimeout));
  return 100 + 2 * leaves.reduce((sum, ms) => sum + ms, 0);
};
