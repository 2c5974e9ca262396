import { inspect, isDeepStrictEqual } from 'node:util';
import {
  EMPTY,
  NEVER,
  map,
  type MonoTypeOperatorFunction,
  type ObservableNotification,
  type OperatorFunction,
  Subject,
  timer,
} from 'rxjs';
import { dateTimestampProvider } from 'rxjs/internal/scheduler/dateTimestampProvider';
import { performanceTimestampProvider } from 'rxjs/internal/scheduler/performanceTimestampProvider';
import { type RunHelpers, TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import { type ErrorData, errorData } from '../src/vocabulary/errorData.js';
import type { CoreEvent, EventDraft, WorkerDraft, WorkerRef } from '../src/vocabulary/events.js';
import type { Process } from '../src/host/host.js';
import { letterOf, letters } from '../src/drawing/alphabet.js';
import { type ClusterState, clusterState } from '../src/state/clusterState.js';

/** A test in virtual time, one character is 1 ms. One that expects nothing fails. */
export const marbles = (sentence: string, picture: (helpers: RunHelpers) => void): void =>
  // The title is the caller's.
  // oxlint-disable-next-line vitest/valid-title
  test(sentence, () => {
    expect.hasAssertions();
    new TestScheduler(same).run(picture);
  });

/** The monotonic clock of virtual time. */
export const now = (): number => performanceTimestampProvider.now();

/** Sets the time of day forward or back by a number of ms. Virtual time is not affected. Lasts until the scheduler has run. */
export const setTimeOfDay = (by: number): void => {
  dateTimestampProvider.delegate = { now: () => now() + by };
};

/** The same, after so many ms. */
export const setTimeOfDayAt = (at: number, by: number): void => {
  timer(at).subscribe(() => setTimeOfDay(by));
};

export const hour = 3_600_000;

/** Events as their letters. */
export const asLetters = (): OperatorFunction<{ readonly type: string }, string> => map(letterOf);

export const ref = (changes: Partial<WorkerRef> = {}): WorkerRef => {
  const id = changes.id ?? 1;
  return { id, slot: id, generation: 1, pid: 1000 + id, cluster: 'test', ...changes };
};

/** The events of a worker, by letter, for `cold('fo-lr', life())`. `c`, `z` and `n`: ended with code 1, with 0, never started. */
export const life = (worker: WorkerRef = ref()) => {
  const exit = { type: 'exit', worker, code: 0, signal: null, uptime: 5 } as const;
  return {
    f: { type: 'fork', worker, why: 'start' },
    o: { type: 'online', worker },
    l: { type: 'listening', worker, address: { address: null, port: 80, addressType: 4 } },
    m: { type: 'message', worker, message: 'hello' },
    r: { type: 'ready', worker, why: 'listens on *:80' },
    a: { type: 'available', worker, after: 5 },
    s: { type: 'stable', worker, after: 5 },
    v: { type: 'overdue', worker, after: 5 },
    g: { type: 'leaving', worker, why: 'disconnected', uptime: 5 },
    t: { type: 'retire', worker, why: 'asked' },
    k: { type: 'kill', worker, signal: 'SIGKILL', why: 'late' },
    d: { type: 'disconnect', worker, requested: true },
    x: { ...exit, requested: true, reason: 'requested' },
    w: { ...exit, requested: false, reason: 'left' },
    c: { ...exit, requested: false, reason: 'crash', code: 1 },
    z: { ...exit, requested: false, reason: 'crash' },
    n: { ...exit, requested: false, reason: 'spawn', code: null },
  } as const satisfies Record<string, WorkerDraft>;
};

/** An error as an event has it, without its stack, which says where the test made it. */
export const plainError = (error: Error): ErrorData => withoutStack(errorData(error));

/** Events with errors as `plainError` has them. */
export const withoutStacks = <E extends EventDraft>(): MonoTypeOperatorFunction<E> =>
  map((event) => ('error' in event && event.error ? { ...event, error: withoutStack(event.error) } : event));

const withoutStack = ({ cause, ...error }: ErrorData): ErrorData => ({
  ...error,
  stack: '',
  ...(cause && { cause: withoutStack(cause) }),
});

export const stamped = (draft: EventDraft): CoreEvent => ({ ...draft, time: 0, seq: 0, cluster: 'test' });

/** The state of so many slots after these events. */
export const counted = (slots: number, ...events: readonly EventDraft[]): ClusterState => {
  const { state, fold } = clusterState(slots);
  for (const event of events) fold(stamped(event));
  return state;
};

/** A process that does nothing, and the calls that it gets: `d` disconnect, `l` a frame, `q` SIGTERM, `k` SIGKILL. */
export const puppet = (id = 1): { readonly process: Process; readonly orders$: Subject<string> } => {
  const orders$ = new Subject<string>();
  const process: Process = {
    id,
    pid: 1000 + id,
    disconnect: () => orders$.next('d'),
    tell: () => orders$.next('l'),
    kill: (signal) => orders$.next(signal === 'SIGTERM' ? 'q' : 'k'),
    usage$: EMPTY,
    sample$: NEVER,
    stack$: EMPTY,
    inspected: false,
  };
  return { process, orders$ };
};

interface Message {
  readonly frame: number;
  readonly notification: ObservableNotification<unknown>;
}

interface Subscribed {
  readonly subscribedFrame: number;
  readonly unsubscribedFrame: number;
}

/** Both sides are drawn with one legend, so the drawings are equal exactly if the sides are. */
const same = (actual: readonly (Message | Subscribed)[], expected: readonly (Message | Subscribed)[]): void => {
  const { nameOf, legend } = naming();
  const [came, wanted] = [actual, expected].map((side) => draw(side, nameOf));
  expect(`${came}${legend()}`).toBe(`${wanted}${legend()}`);
};

const draw = (side: readonly (Message | Subscribed)[], nameOf: (value: unknown) => string): string => {
  const logs = side.filter((entry) => 'subscribedFrame' in entry);
  const messages = side.filter((entry) => 'frame' in entry);
  if (logs.length > 0) return logs.map((log) => line(ends(log))).join('\n');
  return line(messages.map(({ frame, notification }) => [frame, sign(notification, nameOf)]));
};

const ends = ({ subscribedFrame, unsubscribedFrame }: Subscribed): [number, string][] =>
  unsubscribedFrame === Infinity
    ? [[subscribedFrame, '^']]
    : [
        [subscribedFrame, '^'],
        [unsubscribedFrame, '!'],
      ];

const sign = (told: ObservableNotification<unknown>, nameOf: (value: unknown) => string): string => {
  if (told.kind === 'C') return '|';
  if (told.kind === 'N') return nameOf(told.value);
  return told.error === 'error' ? '#' : `#${nameOf(told.error)}`;
};

/** Marbles; where a group is wider than the time until the next one, that one says its own time. */
const line = (signs: readonly (readonly [number, string])[]): string => {
  const groups = new Map<number, string[]>();
  for (const [frame, text] of signs) groups.set(frame, [...(groups.get(frame) ?? []), text]);
  let now = 0;
  let picture = '';
  for (const [frame, texts] of groups) {
    const gap = frame - now;
    picture += gap < 0 ? ` @${frame} ` : gap > 60 ? ` ${gap}ms ` : '-'.repeat(gap);
    const group = texts.length === 1 ? texts.join('') : `(${texts.join('')})`;
    picture += group;
    now = frame + group.length;
  }
  return picture;
};

const letterOfAny = (value: unknown): string =>
  typeof value === 'object' && value !== null && 'type' in value ? (letters[String(value.type)] ?? '') : '';

const naming = () => {
  const known: { readonly value: unknown; readonly name: string }[] = [];
  const nameOf = (value: unknown): string => {
    if (typeof value === 'string' && value.length === 1) return value;
    const found = known.find((entry) => isDeepStrictEqual(entry.value, value));
    if (found !== undefined) return found.name;
    const name = `[${letterOfAny(value)}${known.length + 1}]`;
    known.push({ value, name });
    return name;
  };
  const legend = () =>
    known.map(({ value, name }) => `\n${name} ${inspect(value, { depth: 5, breakLength: 160 })}`).join('');
  return { nameOf, legend };
};
