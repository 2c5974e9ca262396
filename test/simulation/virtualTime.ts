import { Subscription } from 'rxjs';
import { dateTimestampProvider } from 'rxjs/internal/scheduler/dateTimestampProvider';
import { immediateProvider } from 'rxjs/internal/scheduler/immediateProvider';
import { intervalProvider } from 'rxjs/internal/scheduler/intervalProvider';
import { performanceTimestampProvider } from 'rxjs/internal/scheduler/performanceTimestampProvider';
import { timeoutProvider } from 'rxjs/internal/scheduler/timeoutProvider';

/** Time that passes only from one timer to the next, in ms. */
export interface VirtualTime {
  readonly now: () => number;
  /** Calls `work` once, so many ms later, after everything that was scheduled before for the same time. */
  readonly schedule: (work: () => void, wait?: number) => Subscription;
  /** Nothing happens for so many ms: what is due meanwhile is late, and then comes in the order in which it was scheduled. */
  readonly suspend: (ms: number) => void;
  /** How many timers are running. */
  readonly timers: () => number;
  /** Calls `begin` and then all timers, until none is left. Meanwhile the timers and clocks of RxJS are those of this time. */
  readonly run: (begin: () => void) => void;
}

interface Timer {
  due: number;
  /** Among those that are due at the same time. */
  order: number;
  readonly every: number | undefined;
  readonly call: () => void;
  running: boolean;
}

/**
 * The same as `run` of `TestScheduler`, without an action for each timer: that one sorts all timers whenever one is started, and searches all of them whenever one is due.
 */
export const virtualTime = (): VirtualTime => {
  const queue: Timer[] = [];
  let time = 0;
  let orders = 0;
  let timers = 0;

  const enqueue = (timer: Timer, wait: number) => {
    timer.due = time + Math.max(0, wait);
    timer.order = orders++;
    push(queue, timer);
  };
  const start = (call: () => void, wait = 0, every?: number): Timer => {
    const timer = { due: 0, order: 0, every, call, running: wait < Infinity };
    if (!timer.running) return timer;
    timers += 1;
    enqueue(timer, wait);
    return timer;
  };
  const stop = (timer: Timer) => {
    timers -= Number(timer.running);
    timer.running = false;
  };
  const flush = () => {
    for (let timer = pop(queue); timer !== undefined; timer = pop(queue)) {
      if (!timer.running) continue;
      time = timer.due;
      if (timer.every === undefined) stop(timer);
      timer.call();
      if (timer.running) enqueue(timer, timer.every ?? 0);
    }
  };
  const now = () => time;
  const schedule = (work: () => void, wait?: number) => {
    const timer = start(work, wait);
    return new Subscription(() => stop(timer));
  };
  const suspend = (ms: number) => {
    for (const timer of queue) timer.due = Math.max(timer.due, time + ms);
    // What is sorted is a heap.
    queue.sort((a, b) => (isBefore(a, b) ? -1 : 1));
  };
  // RxJS only passes back the handle that it was given.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const handle = (timer: Timer) => timer as unknown as ReturnType<typeof setTimeout>;
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const clear = (given: unknown) => stop(given as Timer);

  const run = (begin: () => void) => {
    dateTimestampProvider.delegate = { now };
    performanceTimestampProvider.delegate = { now };
    intervalProvider.delegate = {
      setInterval: (call, wait = 0) => handle(start(call, wait, wait)),
      clearInterval: clear,
    };
    timeoutProvider.delegate = { setTimeout: (call, wait) => handle(start(call, wait)), clearTimeout: clear };
    immediateProvider.delegate = { setImmediate: (call) => handle(start(call)), clearImmediate: clear };
    try {
      begin();
      flush();
    } finally {
      dateTimestampProvider.delegate = undefined;
      performanceTimestampProvider.delegate = undefined;
      intervalProvider.delegate = undefined;
      timeoutProvider.delegate = undefined;
      immediateProvider.delegate = undefined;
    }
  };
  return { now, schedule, suspend, timers: () => timers, run };
};

const isBefore = (a: Timer, b: Timer): boolean => a.due < b.due || (a.due === b.due && a.order < b.order);

/** Adds to a binary heap. */
const push = (heap: Timer[], timer: Timer): void => {
  let index = heap.length;
  heap.push(timer);
  while (index > 0) {
    const above = (index - 1) >> 1;
    const parent = heap[above];
    if (parent === undefined || isBefore(parent, timer)) break;
    heap[index] = parent;
    index = above;
  }
  heap[index] = timer;
};

/** Takes the earliest from a binary heap. */
const pop = (heap: Timer[]): Timer | undefined => {
  const earliest = heap[0];
  const last = heap.pop();
  if (last === undefined || heap.length === 0) return earliest;
  let index = 0;
  for (;;) {
    let below = 2 * index + 1;
    const left = heap[below];
    const right = heap[below + 1];
    let child = left;
    if (right !== undefined && (left === undefined || isBefore(right, left))) {
      child = right;
      below += 1;
    }
    if (child === undefined || isBefore(last, child)) break;
    heap[index] = child;
    index = below;
  }
  heap[index] = last;
  return earliest;
};
