import { filter, map, type MonoTypeOperatorFunction, Observable, Subject, Subscription, take } from 'rxjs';
import { type Process, type ProcessEvent, type SlotRef, workerRef } from '../../host/host.js';
import { relay, relayBeside } from '../../operators/general/relay.js';
import type { ErrorData } from '../../vocabulary/errorData.js';
import type { WorkerRef } from '../../vocabulary/events.js';
import type { FeatureContext } from '../contract/feature.js';
import type { HealthDraft } from './events.js';
import { examine } from './examine.js';
import { decodePong, isHello, name, type PongFrame } from './frames.js';
import { hangText } from './hangText.js';
import type { Settings } from './settings.js';

type Context = Pick<FeatureContext<object, HealthDraft, unknown>, 'on' | 'emit' | 'host' | 'state$'> & {
  readonly options: { readonly readyTimeout: number };
};

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
      const pong$ = new Subject<PongFrame>();
      subscriber.add(watching);
      subscriber.add(ordered);

      let worker: WorkerRef = { id: 0, ...slotRef };
      /** The process, until it is watched. */
      let unwatched: Process | undefined;
      let killed = false;
      let hung: Hung | undefined;

      const ready$ = state$.pipe(
        take(1),
        map(({ slots }) => slots.get(worker.slot)?.workers.get(worker.id)?.ready === true),
      );
      const onFinding = (finding: HealthDraft) => {
        if (finding.type === 'hung') hung = finding;
        else if (finding.type === 'recovered' && finding.from === 'hung') hung = undefined;
        emit(finding);
      };
      const watch = () => {
        if (unwatched === undefined || unwatched.inspected) return;
        const { readyTimeout } = options;
        const finding$ = examine(settings, host.now, { process: unwatched, worker, pong$, ready$, readyTimeout });
        unwatched = undefined;
        watching.add(finding$.subscribe(relayBeside(subscriber, onFinding)));
      };

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
            unwatched = process;
            worker = workerRef(process, slotRef);
            ordered.add(obey(process));
            subscriber.next({ ...event, process: wrapped(process) });
            return;
          }
          case 'frame': {
            if (event.feature !== name) break;
            if (watching.closed) return;
            const pong = decodePong(event.body);
            if (pong !== undefined) pong$.next(pong);
            else if (isHello(event.body)) watch();
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
