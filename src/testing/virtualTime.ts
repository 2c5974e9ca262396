import { Subscription, type Unsubscribable } from 'rxjs';
import { dateTimestampProvider } from 'rxjs/internal/scheduler/dateTimestampProvider';
import { immediateProvider } from 'rxjs/internal/scheduler/immediateProvider';
import { intervalProvider } from 'rxjs/internal/scheduler/intervalProvider';
import { performanceTimestampProvider } from 'rxjs/internal/scheduler/performanceTimestampProvider';
import { timeoutProvider } from 'rxjs/internal/scheduler/timeoutProvider';
import { Immediate } from 'rxjs/internal/util/Immediate';
import { type Due, pop, postpone, push } from './timerQueue.js';

/** Time that passes only from one timer to the next, in ms. */
export interface VirtualTime {
  readonly now: () => number;
  /** Calls `work` once, so many ms later, after everything that was scheduled before for the same time. */
  readonly schedule: (work: () => void, wait?: number) => Subscription;
  /** Calls each `work` at its time, in this order, before everything that is scheduled later for the same time. The times ascend. */
  readonly scheduleAll: (steps: readonly Step[]) => void;
  /** Nothing happens for so many ms: what is due meanwhile is late, and then comes in the order in which it was scheduled. */
  readonly suspend: (ms: number) => void;
  /** How many timers are running. */
  readonly timers: () => number;
  /** No timer is called any more. */
  readonly stop: () => void;
  /**
   * Calls `begin` and then all timers, until none is left, and unsubscribes what `begin` returned. Meanwhile the timers and clocks of RxJS are those of this time.
   * Throws what a timer throws, an Error where another virtual time is running, and `EndlessTimeError` if the time does not pass.
   */
  readonly run: (begin: () => Unsubscribable | void) => void;
}

/** Something that is done at a time. */
interface Step {
  readonly at: number;
  readonly work: () => void;
}

/** So many timers were due at the same time that it will probably never pass. */
export class EndlessTimeError extends Error {
  override readonly name = 'EndlessTimeError';
  constructor(
    readonly time: number,
    readonly timers: number,
  ) {
    super(`${timers} timers were due at ${time} ms, one after the other, and the time does not pass`);
  }
}

interface Timer extends Due {
  readonly every: number | undefined;
  readonly call: () => void;
  running: boolean;
}

const isVirtual = (given: unknown): given is Timer => typeof given === 'object' && given !== null && 'order' in given;

const clearRealImmediate = (given: unknown): void => {
  if (typeof given === 'number') Immediate.clearImmediate(given);
};

/** Ten thousand workers need fewer. */
const maxTimersAtOneTime = 100_000;

const providers = [
  dateTimestampProvider,
  performanceTimestampProvider,
  intervalProvider,
  timeoutProvider,
  immediateProvider,
] as const;

/**
 * The same as `run` of `TestScheduler`, without an action for each timer: that one sorts all timers whenever one is started, and searches all of them whenever one is due.
 */
export const virtualTime = (): VirtualTime => {
  const queue: Timer[] = [];
  const immediates = new Set<Timer>();
  let time = 0;
  let orders = 0;
  let timers = 0;
  let stopped = false;

  const enqueue = (timer: Timer, wait: number, order = orders++) => {
    timer.due = time + Math.max(0, wait);
    timer.order = order;
    if (!stopped) push(queue, timer);
  };
  const start = (call: () => void, wait = 0, every?: number, order?: number): Timer => {
    const timer = { due: 0, order: 0, every, call, running: wait < Infinity };
    if (!timer.running) return timer;
    timers += 1;
    enqueue(timer, wait, order);
    return timer;
  };
  const stopTimer = (timer: Timer) => {
    timers -= Number(timer.running);
    timer.running = false;
    immediates.delete(timer);
  };
  const flush = () => {
    let called = 0;
    for (let timer = pop(queue); timer !== undefined; timer = pop(queue)) {
      if (!timer.running) continue;
      called = timer.due === time ? called + 1 : 0;
      if (called > maxTimersAtOneTime) throw new EndlessTimeError(time, called);
      time = timer.due;
      if (timer.every === undefined) stopTimer(timer);
      timer.call();
      if (timer.running) enqueue(timer, timer.every ?? 0);
    }
  };
  /** RxJS waits for ever, also after this run, for the call of its queue of immediates. So the queue is called. What it schedules then is not. */
  const callImmediates = () => {
    const last = Array.from(immediates);
    for (const timer of last) {
      if (!timer.running) continue;
      stopTimer(timer);
      timer.call();
    }
  };
  const now = () => time;
  const schedule = (work: () => void, wait?: number) => {
    const timer = start(work, wait);
    return new Subscription(() => stopTimer(timer));
  };
  const scheduleAll = (steps: readonly Step[]) => {
    const first = orders;
    orders += steps.length;
    // One after the other, because each timer in the queue makes all others slower.
    const startNext = (index: number) => {
      const step = steps[index];
      if (step === undefined) return;
      const call = () => {
        startNext(index + 1);
        step.work();
      };
      start(call, step.at - time, undefined, first + index);
    };
    startNext(0);
  };
  const stop = () => {
    stopped = true;
    for (const timer of queue) if (!immediates.has(timer)) stopTimer(timer);
    queue.length = 0;
  };
  // RxJS only passes back the handle that it was given.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const handle = (timer: Timer) => timer as unknown as ReturnType<typeof setTimeout>;
  /** A timer of real time may have been started before. */
  const clearOr =
    <T>(clearReal: (given: T) => void) =>
    (given: T) => {
      if (isVirtual(given)) stopTimer(given);
      else clearReal(given);
    };
  const startImmediate = (call: () => void) => {
    const timer = start(call);
    immediates.add(timer);
    return handle(timer);
  };

  const run = (begin: () => Unsubscribable | void) => {
    if (providers.some(({ delegate }) => delegate !== undefined))
      throw new Error(
        'expected real time, and a simulation or a TestScheduler is running. Call it after that has ended: one virtual time cannot run inside another',
      );
    dateTimestampProvider.delegate = { now };
    performanceTimestampProvider.delegate = { now };
    intervalProvider.delegate = {
      setInterval: (call, wait = 0) => handle(start(call, wait, wait)),
      clearInterval: clearOr(clearInterval),
    };
    timeoutProvider.delegate = {
      setTimeout: (call, wait) => handle(start(call, wait)),
      clearTimeout: clearOr(clearTimeout),
    };
    immediateProvider.delegate = { setImmediate: startImmediate, clearImmediate: clearOr(clearRealImmediate) };
    let begun: Unsubscribable | void = undefined;
    try {
      begun = begin();
      flush();
    } finally {
      try {
        begun?.unsubscribe();
        callImmediates();
      } finally {
        for (const provider of providers) provider.delegate = undefined;
      }
    }
  };
  return { now, schedule, scheduleAll, suspend: (ms) => postpone(queue, time + ms), timers: () => timers, stop, run };
};
