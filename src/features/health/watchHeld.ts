import { type MonoTypeOperatorFunction, Observable, of, Subject, Subscription } from 'rxjs';
import { type Process, type ProcessEvent, type SlotRef, workerRef } from '../../host/host.js';
import { relay, relayBeside } from '../../operators/general/relay.js';
import type { FeatureContext } from '../contract/feature.js';
import type { HealthDraft } from './events.js';
import { examine } from './examine.js';
import { decodePong, isHello, name, type PongFrame } from './frames.js';
import type { Settings } from './settings.js';

type Context = Pick<FeatureContext<object, HealthDraft, unknown>, 'emit' | 'host'> & {
  readonly options: { readonly readyTimeout: number };
};

/**
 * Watches a process that is in no slot while it is held, so that no slot gets one that hangs. It serves nobody: one that hangs is reported, leaves, and is killed.
 *
 * ```
 * source         fh---q----a-------------     h: it answers heartbeats  q: it is held  a: an answer
 * ping           ---------p---p----------
 * emit           ----------------------b--     b: hung, after `timeout`
 * watchHeld()    fh---q----------------g--     g: leaving
 *
 * release$       -------------!----------     from here on it is for others to watch
 * ```
 */
export const watchHeld =
  (
    settings: Settings,
    { emit, host, options }: Context,
    slotRef: SlotRef,
    release$: Observable<unknown>,
  ): MonoTypeOperatorFunction<ProcessEvent> =>
  (process$) =>
    new Observable((subscriber) => {
      const watching = new Subscription();
      const pong$ = new Subject<PongFrame>();
      subscriber.add(watching);
      /** The process, until it is watched. */
      let unwatched: Process | undefined;
      let answers = false;

      const end = (process: Process) => {
        watching.unsubscribe();
        // First, so that no slot gets it.
        subscriber.next({ type: 'leaving', why: 'killed, because it hangs' });
        process.kill('SIGKILL');
      };
      const watch = () => {
        if (unwatched === undefined || unwatched.inspected || !answers || watching.closed) return;
        const process = unwatched;
        unwatched = undefined;
        const worker = workerRef(process, slotRef);
        const { readyTimeout } = options;
        const finding$ = examine(settings, host.now, { process, worker, pong$, ready$: of(true), readyTimeout });
        const onFinding = (finding: HealthDraft) => {
          // Its answers are late or in time; that concerns nobody yet.
          if (finding.type !== 'hung') return;
          emit(finding);
          end(process);
        };
        watching.add(finding$.subscribe(relayBeside(subscriber, onFinding)));
      };
      const wrapped = (process: Process): Process => ({
        ...process,
        disconnect: () => {
          watching.unsubscribe();
          process.disconnect();
        },
        kill: (signal) => {
          watching.unsubscribe();
          process.kill(signal);
        },
      });

      const follow = (event: ProcessEvent) => {
        if (event.type === 'fork') {
          unwatched = event.process;
          subscriber.next({ ...event, process: wrapped(event.process) });
          return;
        }
        if (event.type === 'frame' && event.feature === name) {
          answers ||= isHello(event.body);
          const pong = watching.closed ? undefined : decodePong(event.body);
          if (pong !== undefined) return pong$.next(pong);
        }
        if (event.type === 'leaving' || event.type === 'disconnect' || event.type === 'exit') watching.unsubscribe();
        subscriber.next(event);
        if (event.type === 'held') watch();
      };
      watching.add(release$.subscribe(() => watching.unsubscribe()));
      return process$.subscribe(relay(subscriber, follow));
    });
