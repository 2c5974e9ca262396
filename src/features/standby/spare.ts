import { Observable, of, ReplaySubject, Subject, Subscription } from 'rxjs';
import { type Host, type Process, type ProcessEvent, type SlotRef, workerRef } from '../../host/host.js';
import { after } from '../../operators/general/after.js';
import { relay, relayBeside } from '../../operators/general/relay.js';
import { leave, type Leaving, type StopRequest } from '../../operators/lifecycle/leave.js';
import { type ErrorData, errorData } from '../../vocabulary/errorData.js';
import { exitText, MessageError } from '../../vocabulary/errors.js';
import type { Exit, WorkerRef } from '../../vocabulary/events.js';
import { type DismissedFrame, name, type SlotFrame } from './frames.js';

/** At most this many messages to the master are kept until the process takes a slot. */
const maxKept = 1_000;
/** The channel of a process that dies may close before its exit. Its exit says more about why, so it is waited for, in ms. */
const exitWaitMs = 1_000;

/** A process that has booted and waits for a slot. */
export interface Spare {
  /** Gives the process to a slot: emits its life from `fork`, and unsubscribing kills it. Subscribe it once, at once. */
  readonly handOver: (slotRef: SlotRef) => Observable<ProcessEvent>;
}

/** Why a process takes no slot: it was dismissed, it has failed, or it can never be held. */
type Ending = 'dismissed' | 'failed' | 'unfit';

export type SpareEvent =
  | { readonly type: 'booted'; readonly worker: WorkerRef; readonly after: number }
  | { readonly type: 'taken'; readonly worker: WorkerRef; readonly waited: number }
  | {
      readonly type: 'ended';
      readonly worker: WorkerRef;
      readonly ending: Ending;
      readonly why: string;
      readonly age: number;
      readonly exit?: Exit;
    }
  | { readonly type: 'error'; readonly worker: WorkerRef; readonly error: ErrorData };

export interface SpareOptions {
  /** The stop requests for all workers. Replays. */
  readonly stop$: Observable<StopRequest>;
  /** Emits why the process is of no use any more. */
  readonly obsolete$: Observable<string>;
  /** How long it may take to boot, in ms. */
  readonly readyTimeout: number;
  readonly disconnectTimeout: number;
  /** Takes it when it has booted; what is returned takes it back. */
  readonly offer: (spare: Spare) => () => void;
}

/**
 * A process that boots before a slot needs it. It has booted when it has asked to listen, which the host holds. Then it waits, until it is handed over or dismissed.
 *
 * ```
 * process      fo-q-------------l---      q: asks to listen
 * handOver                  !
 * result       ---b---------t|            b: booted   t: taken
 * handed over               (fo)l---
 *
 * obsolete$    -------!
 * process      fo-q-------x|
 * result       ---b---e---|               e: ended
 * ```
 *
 * What the process sends while it waits is kept for the slot. Completes when it has been handed over, or has ended. Unsubscribing kills it, unless it has been handed over.
 */
export const spare$ = (
  { fork, now }: Pick<Host, 'fork' | 'now'>,
  slotRef: SlotRef,
  { stop$, obsolete$, readyTimeout, disconnectTimeout, offer }: SpareOptions,
): Observable<SpareEvent> =>
  new Observable((subscriber) => {
    const process$ = new Subject<ProcessEvent>();
    const release$ = new ReplaySubject<SlotRef>(1);
    const orders$ = new ReplaySubject<StopRequest>();
    /** The process: unsubscribing kills it. */
    const running = new Subscription();
    /** What is done with it while it is in no slot. */
    const watching = new Subscription();
    const booting = new Subscription();
    /** The wait for the exit of a process whose channel has closed. */
    const closing = new Subscription();
    watching.add(booting);
    watching.add(closing);
    const kept = keptEvents();
    const bornAt = now();
    let bootedAt = bornAt;
    let process: Process | undefined;
    let worker: WorkerRef = { id: 0, ...slotRef };
    let cause: ErrorData | undefined;
    let over = false;
    let handed = false;
    let withdraw: (() => void) | undefined;

    const end = (ending: Ending, why: string, exit?: Exit) => {
      over = true;
      booting.unsubscribe();
      closing.unsubscribe();
      withdraw?.();
      const age = now() - bornAt;
      subscriber.next({ type: 'ended', worker, ending, why, age, ...(exit && { exit }) });
    };
    const dismiss = (ending: Ending, why: string, force = false) => {
      if (!over) {
        end(ending, why);
        process?.tell(name, { dismissed: true } satisfies DismissedFrame);
      }
      orders$.next({ force, why });
    };
    const handOver = (to: SlotRef): Observable<ProcessEvent> =>
      new Observable((taker) => {
        if (process === undefined) return;
        handed = true;
        withdraw?.();
        watching.unsubscribe();
        taker.add(running);
        // First, so that the process begins to listen while the master handles its fork.
        process.tell(name, { slot: to.slot, generation: to.generation } satisfies SlotFrame);
        release$.next(to);
        taker.next({ type: 'fork', process });
        subscriber.next({ type: 'taken', worker: workerRef(process, to), waited: now() - bootedAt });
        subscriber.complete();
        for (const event of kept.take()) taker.next(event);
        if (cause !== undefined) taker.next({ type: 'cause', cause });
        process$.subscribe(taker);
      });
    const boot = () => {
      if (over || booting.closed) return;
      booting.unsubscribe();
      bootedAt = now();
      subscriber.next({ type: 'booted', worker, after: bootedAt - bornAt });
      // A subscriber of `booted` may have ended it.
      if (!over && !subscriber.closed) withdraw = offer({ handOver });
    };

    const onNoExit = () => dismiss('failed', 'its channel has closed');
    const onClosed = () => {
      booting.unsubscribe();
      withdraw?.();
      closing.add(after(exitWaitMs).subscribe(relayBeside(subscriber, onNoExit)));
    };

    const follow = (event: ProcessEvent | Leaving) => {
      switch (event.type) {
        case 'fork':
          ({ process } = event);
          worker = workerRef(process, slotRef);
          return;
        case 'held':
          return boot();
        case 'listening':
          return dismiss('unfit', 'it listens without asking the master (reusePort or exclusive), so it cannot wait');
        case 'replace-request':
          return dismiss('dismissed', `it got ${event.why}`);
        case 'leaving':
          return dismiss('failed', `it left: ${event.why}`);
        case 'disconnect':
          return onClosed();
        case 'error':
          subscriber.next({ type: 'error', worker, error: errorData(event.error) });
          return;
        case 'cause':
          ({ cause } = event);
          return;
        case 'exit': {
          if (over) return;
          const { code, signal, spawn } = event;
          const reason = spawn ? 'spawn' : 'crash';
          const uptime = now() - bornAt;
          const exit: Exit = { code, signal, requested: false, reason, uptime, ...(cause && { cause }) };
          end('failed', `it ${exitText(exit)}`, exit);
          return;
        }
        case 'online':
        case 'message':
        case 'messages':
        case 'frame':
          if (!over) kept.add(event);
          return;
        default:
      }
    };
    subscriber.add(() => {
      withdraw?.();
      watching.unsubscribe();
      if (!handed) running.unsubscribe();
    });
    const timeouts = { disconnectTimeout, cut: disconnectTimeout };
    watching.add(process$.pipe(leave(orders$, timeouts, of(false))).subscribe(relay(subscriber, follow)));
    running.add(fork(slotRef, { release$ }).subscribe(process$));
    const onReadyTimeout = () => dismiss('failed', `it did not ask to listen within ${readyTimeout} ms`);
    booting.add(after(readyTimeout).subscribe(relayBeside(subscriber, onReadyTimeout)));
    watching.add(obsolete$.subscribe(relayBeside(subscriber, (why: string) => dismiss('dismissed', why))));
    watching.add(
      stop$.subscribe(
        relayBeside(subscriber, ({ why, force }: StopRequest) =>
          dismiss('dismissed', `the cluster shuts down (${why})`, force),
        ),
      ),
    );
  });

/** What a process has sent before it takes a slot, for that slot. */
const keptEvents = () => {
  let events: ProcessEvent[] = [];
  let messages = 0;
  let dropped = 0;
  const add = (event: ProcessEvent) => {
    const count = event.type === 'messages' ? event.messages.length : 1;
    if (messages + count > maxKept) {
      dropped += count;
      return;
    }
    messages += count;
    events.push(event);
  };
  const take = (): readonly ProcessEvent[] => {
    const taken = events;
    events = [];
    if (dropped === 0) return taken;
    const error = new MessageError(
      `${dropped} messages that the worker sent before it took the slot are lost: at most ${maxKept} are kept`,
    );
    return [...taken, { type: 'error', error }];
  };
  return { add, take };
};
