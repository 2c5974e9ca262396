import {
  defaultIfEmpty,
  filter,
  map,
  type MonoTypeOperatorFunction,
  Observable,
  of,
  repeat,
  Subscription,
  switchMap,
  take,
  tap,
} from 'rxjs';
import { type Process, type ProcessEvent, type SlotRef, workerRef } from '../../host/host.js';
import { after } from '../../operators/general/after.js';
import { relay, relayBeside } from '../../operators/general/relay.js';
import type { ErrorData } from '../../vocabulary/errorData.js';
import type { WorkerRef } from '../../vocabulary/events.js';
import type { ProcessUsage } from '../../vocabulary/stats.js';
import type { FeatureContext } from '../contract/feature.js';
import type { HangReason, HealthDraft } from './events.js';
import { type CloseInspectorFrame, decodePong, isHello, name, type PingFrame, type PongFrame } from './frames.js';
import { hangText } from './hangText.js';
import { heartbeat } from './heartbeat.js';
import { overload } from './overload.js';
import type { Settings } from './settings.js';

type Context = Pick<FeatureContext<object, HealthDraft, unknown>, 'on' | 'emit' | 'host' | 'state$'> & {
  readonly options: { readonly readyTimeout: number };
};

/** An event loop that is busy for less of the time is not why an answer is late: it was the master, or the machine. */
const busy = 0.5;
/** A process that uses less of a core waits. One that loops has less than a whole core where others want one as well. */
const running = 0.1;

/**
 * Sends heartbeats to a process and emits what follows from its answers: that it hangs, is overloaded, or has recovered. It is watched from when it says that it answers heartbeats until
 * it leaves. What `kill` events say of a process that hangs is done to it.
 *
 * ```
 * source         fh--a---a---------------a--     h: it answers heartbeats  a: an answer
 * ping           -----p---p------------------p
 * emit           -------------------b----z---     b: hung, after `timeout`  z: recovered
 * ```
 */
export const watchHealth =
  (
    settings: Settings,
    { on, emit, host, state$, options }: Context,
    slotRef: SlotRef,
  ): MonoTypeOperatorFunction<ProcessEvent> =>
  (process$) =>
    new Observable((subscriber) => {
      const watching = new Subscription();
      const ordered = new Subscription();
      let judging = Subscription.EMPTY;
      subscriber.add(watching);
      subscriber.add(ordered);
      watching.add(() => judging.unsubscribe());

      let worker: WorkerRef = { id: 0, ...slotRef };
      let killed = false;
      let hung: Hung | undefined;
      /** Somebody may pause it, as it last said. */
      let inspected = false;
      /** What the operating system said when an answer was first missed. */
      let missed: Sample | undefined;
      const { beat, answer } = heartbeat(settings.interval, host.now);
      const overloaded = overload();

      const sample = (process: Process): Observable<Sample | undefined> =>
        process.usage$.pipe(
          take(1),
          map((usage) => ({ ...usage, at: host.now() })),
          defaultIfEmpty(undefined),
        );
      const ready$ = state$.pipe(
        take(1),
        map(({ slots }) => slots.get(worker.slot)?.workers.get(worker.id)?.ready === true),
      );
      const judge = (process: Process, silent: number, ready: boolean) => {
        judging = sample(process)
          .pipe(
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
          )
          .subscribe(
            relayBeside(subscriber, (draft) => {
              hung = draft;
              emit(draft);
            }),
          );
      };
      const miss = (process: Process, silent: number) => {
        if (missed === undefined) {
          judging = sample(process).subscribe(relayBeside(subscriber, (first) => (missed = first ?? unknown)));
          return;
        }
        if (silent < settings.timeout) return;
        judging = ready$.subscribe(
          relayBeside(subscriber, (ready) => {
            // How long a boot may take is what `readyTimeout` says.
            if (ready || silent >= options.readyTimeout) judge(process, silent, ready);
          }),
        );
      };
      const tick = (process: Process) => {
        const due = beat();
        if ('ping' in due) process.tell(name, { ping: due.ping } satisfies PingFrame);
        else if (!due.late && !inspected && hung === undefined && judging.closed) miss(process, due.silent);
      };
      const hear = (pong: PongFrame) => {
        const took = answer(pong.pong);
        if (took === undefined) return;
        judging.unsubscribe();
        missed = undefined;
        ({ inspected } = pong);
        const ms = Math.round(took);
        if (hung !== undefined) {
          hung = undefined;
          emit({ type: 'recovered', worker, from: 'hung', after: ms });
        }
        const change = overloaded(took > settings.interval / 2 && pong.utilization >= busy);
        if (change === 'begins') emit({ type: 'overloaded', worker, after: ms, utilization: pong.utilization });
        if (change === 'ends') emit({ type: 'recovered', worker, from: 'overloaded', after: ms });
      };
      const watch = (process: Process) => {
        if (watching.closed || process.inspected) return;
        // The first one is not sent at once: the worker boots, or takes over a slot and is to listen first.
        const ticks$ = after(settings.interval).pipe(repeat());
        watching.add(ticks$.subscribe(relayBeside(subscriber, () => tick(process))));
      };

      let original: Process | undefined;
      const wrapped = (process: Process): Process => ({
        ...process,
        disconnect: () => {
          // How long it may take to leave is what `disconnectTimeout` says.
          watching.unsubscribe();
          process.disconnect();
        },
        kill: (signal) => {
          killed ||= signal === 'SIGKILL';
          process.kill(signal);
        },
      });
      const obey = (process: Process) =>
        on('kill')
          .pipe(filter((kill) => kill.worker.id === worker.id && kill.signal !== 'SIGTERM' && !killed))
          .subscribe(
            relayBeside(subscriber, ({ signal }) => {
              watching.unsubscribe();
              killed ||= signal === 'SIGKILL';
              if (hung !== undefined) subscriber.next({ type: 'cause', cause: causeOf(hung) });
              process.kill(signal);
            }),
          );

      const follow = (event: ProcessEvent) => {
        switch (event.type) {
          case 'fork': {
            const { process } = event;
            original = process;
            worker = workerRef(process, slotRef);
            ordered.add(obey(process));
            subscriber.next({ ...event, process: wrapped(process) });
            return;
          }
          case 'frame': {
            if (event.feature !== name) break;
            if (watching.closed) return;
            const pong = decodePong(event.body);
            if (pong !== undefined) hear(pong);
            else if (isHello(event.body) && original !== undefined) watch(original);
            return;
          }
          case 'leaving':
          case 'disconnect':
            watching.unsubscribe();
            break;
          case 'exit':
            watching.unsubscribe();
            ordered.unsubscribe();
            break;
          default:
        }
        subscriber.next(event);
      };
      return process$.subscribe(relay(subscriber, follow));
    });

type Hung = Extract<HealthDraft, { readonly type: 'hung' }>;

/** What its exit is told to come from. */
const causeOf = (hung: Hung): ErrorData => ({ name: 'HangError', message: hangText(hung), stack: hung.stack ?? '' });

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
