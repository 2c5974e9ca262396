import { defaultIfEmpty, filter, map, Observable, of, repeat, Subscription, switchMap, take, tap } from 'rxjs';
import type { Process } from '../../host/host.js';
import { after } from '../../operators/general/after.js';
import { relayBeside } from '../../operators/general/relay.js';
import type { WorkerRef } from '../../vocabulary/events.js';
import type { ProcessUsage } from '../../vocabulary/stats.js';
import type { HangReason, HealthDraft } from './events.js';
import { type CloseInspectorFrame, name, type PingFrame, type PongFrame } from './frames.js';
import { heartbeat } from './heartbeat.js';
import { overload } from './overload.js';
import type { Settings } from './settings.js';

/** A process that answers heartbeats. */
export interface Examined {
  readonly process: Process;
  readonly worker: WorkerRef;
  /** Its answers. */
  readonly pong$: Observable<PongFrame>;
  /** Emits once whether it has booted, when it is asked. */
  readonly ready$: Observable<boolean>;
  /** How long its boot may block the event loop, in ms. */
  readonly readyTimeout: number;
}

/** An event loop that is busy for less of the time is not why an answer is late: it was the master, or the machine. */
const busy = 0.5;
/** A process that uses less of a core waits. One that loops has less than a whole core where others want one as well. */
const running = 0.1;

/**
 * Sends heartbeats to a process and emits what follows from its answers: that it hangs, is overloaded, or has recovered.
 *
 * ```
 * ping      ----p---p------------------p
 * pong$     -----a------------------a---a
 * result    --------------------b---z-----      b: hung, after `timeout`  z: recovered
 * ```
 *
 * Does not end by itself.
 */
export const examine = (
  settings: Settings,
  now: () => number,
  { process, worker, pong$, ready$, readyTimeout }: Examined,
): Observable<HealthDraft> =>
  new Observable((subscriber) => {
    let judging = Subscription.EMPTY;
    subscriber.add(() => judging.unsubscribe());

    let hangs = false;
    /** Somebody may pause it, as it last said. */
    let inspected = false;
    /** What the operating system said when an answer was first missed. */
    let missed: Sample | undefined;
    const { beat, answer } = heartbeat(settings.interval, now);
    const overloaded = overload();

    const sample$ = process.usage$.pipe(
      take(1),
      map((usage): Sample => ({ ...usage, at: now() })),
      defaultIfEmpty(undefined),
    );
    const verdict = (silent: number, ready: boolean) =>
      sample$.pipe(
        switchMap((latest) => {
          const cpu = missed === undefined || latest === undefined ? undefined : shareOf(missed, latest);
          const why = reason(latest, cpu, ready);
          const draft: Hung = {
            type: 'hung',
            worker,
            why,
            silent: Math.round(silent),
            ...(cpu !== undefined && { cpu }),
          };
          if (!settings.stack || why === 'stopped') return of(draft);
          return stackOf(process).pipe(map((stack): Hung => (stack === '' ? draft : { ...draft, stack })));
        }),
      );
    const onHung = (draft: Hung) => {
      hangs = true;
      subscriber.next(draft);
    };
    const miss = (silent: number) => {
      if (missed === undefined) {
        judging = sample$.subscribe(relayBeside(subscriber, (first) => (missed = first ?? unknown)));
        return;
      }
      if (silent < settings.timeout) return;
      // How long a boot may take is what `readyTimeout` says.
      judging = ready$
        .pipe(
          filter((ready) => ready || silent >= readyTimeout),
          switchMap((ready) => verdict(silent, ready)),
        )
        .subscribe(relayBeside(subscriber, onHung));
    };
    const tick = () => {
      const due = beat();
      if ('ping' in due) process.tell(name, { ping: due.ping } satisfies PingFrame);
      else if (!due.late && !inspected && !hangs && judging.closed) miss(due.silent);
    };
    const hear = (pong: PongFrame) => {
      const took = answer(pong.pong);
      if (took === undefined) return;
      judging.unsubscribe();
      missed = undefined;
      ({ inspected } = pong);
      const ms = Math.round(took);
      if (hangs) {
        hangs = false;
        subscriber.next({ type: 'recovered', worker, from: 'hung', after: ms });
      }
      const change = overloaded(took > settings.interval / 2 && pong.utilization >= busy);
      if (change === 'begins')
        subscriber.next({ type: 'overloaded', worker, after: ms, utilization: pong.utilization });
      if (change === 'ends') subscriber.next({ type: 'recovered', worker, from: 'overloaded', after: ms });
    };

    subscriber.add(pong$.subscribe(relayBeside(subscriber, hear)));
    // The first one is not sent at once: the worker boots, or takes over a slot and is to listen first.
    subscriber.add(after(settings.interval).pipe(repeat()).subscribe(relayBeside(subscriber, tick)));
  });

type Hung = Extract<HealthDraft, { readonly type: 'hung' }>;

interface Sample extends Partial<ProcessUsage> {
  readonly at: number;
}
const unknown: Sample = { at: 0 };

/** The share of a core that the process has used between two samples. */
const shareOf = (from: Sample, to: Sample): number | undefined => {
  if (from.cpu === undefined || to.cpu === undefined || to.at <= from.at) return undefined;
  return Number(((to.cpu - from.cpu) / (to.at - from.at)).toFixed(2));
};

const reason = (usage: Sample | undefined, cpu: number | undefined, ready: boolean): HangReason => {
  if (usage?.state === 'stopped') return 'stopped';
  if (!ready) return 'boot';
  return cpu !== undefined && cpu >= running ? 'loop' : 'blocked';
};

/** The stack of a process, empty if it cannot be known. The inspector is closed again when the process has recovered. */
const stackOf = (process: Process): Observable<string> =>
  process.stack$.pipe(
    take(1),
    defaultIfEmpty(''),
    tap(() => process.tell(name, { closeInspector: true } satisfies CloseInspectorFrame)),
  );
