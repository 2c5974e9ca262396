import { NEVER, type Observable, Subject, take } from 'rxjs';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { type Spare, spare$, type SpareEvent } from '../../../src/features/standby/spare.js';
import type { ForkOptions, Process, ProcessEvent, SlotRef } from '../../../src/host/host.js';
import type { StopRequest } from '../../../src/operators/lifecycle/leave.js';
import { puppet } from '../../marbles.js';

const none: SlotRef = { cluster: 'test', slot: 0, generation: 0 };
const two: SlotRef = { cluster: 'test', slot: 2, generation: 5 };

/** A process by hand: what it is ordered to do, whether it is killed, and which slot it is released for. */
const prepare = (
  options: { readonly stop$?: Observable<StopRequest>; readonly obsolete$?: Observable<string> } = {},
) => {
  const { process: silent, orders$ } = puppet(7);
  const process$ = new Subject<ProcessEvent>();
  const orders: unknown[] = [];
  const released: SlotRef[] = [];
  const waiting: Spare[] = [];
  const heard: SpareEvent[] = [];
  let ended: string | undefined;
  orders$.subscribe((order) => order !== 'l' && orders.push(order));
  const process: Process = { ...silent, tell: (feature, body) => orders.push([feature, body]) };
  const fork = (_: SlotRef, { release$ = NEVER }: ForkOptions = {}) => {
    release$.subscribe((slotRef) => released.push(slotRef));
    return process$;
  };
  const subscription = spare$({ fork, now: () => 0 }, none, {
    stop$: NEVER,
    obsolete$: NEVER,
    readyTimeout: Infinity,
    disconnectTimeout: Infinity,
    offer: (spare) => {
      waiting.push(spare);
      return () => waiting.splice(0);
    },
    ...options,
  }).subscribe({ next: (event) => heard.push(event), complete: () => (ended = 'completed') });
  process$.next({ type: 'fork', process });
  const types = () => heard.map(({ type }) => type);
  return { process$, orders, released, waiting, heard, types, subscription, ended: () => ended };
};

const message = (text: string): ProcessEvent => ({ type: 'message', message: text });

/** Gives the process that waits to slot 2. */
const takeOver = ([spare]: readonly Spare[]) => {
  const life: ProcessEvent[] = [];
  if (spare === undefined) throw new Error('expected a process that waits');
  const subscription = spare.handOver(two).subscribe((event) => life.push(event));
  return { life, subscription };
};

describe('spare$', () => {
  test('waits when it has asked to listen, once', () => {
    const { process$, waiting, heard } = prepare();
    process$.next({ type: 'online' });
    expect([waiting.length, heard]).toEqual([0, []]);
    process$.next({ type: 'held' });
    process$.next({ type: 'held' });
    expect(waiting).toHaveLength(1);
    expect(heard).toEqual([{ type: 'booted', worker: { id: 7, pid: 1007, ...none }, after: 0 }]);
  });

  test('handed over, its life begins with the fork and what it has sent, and it is told of its slot before it is released', () => {
    const { process$, waiting, heard, orders, released, ended } = prepare();
    process$.next({ type: 'online' });
    process$.next(message('early'));
    process$.next({ type: 'held' });
    const { life } = takeOver(waiting);
    expect(heard.at(-1)).toEqual({ type: 'taken', worker: { id: 7, pid: 1007, ...two }, waited: 0 });
    expect([waiting.length, released, orders, ended()]).toEqual([
      0,
      [two],
      [['standby', { slot: 2, generation: 5 }]],
      'completed',
    ]);
    process$.next(message('late'));
    process$.next({ type: 'exit', code: 0, signal: null, spawn: false });
    expect(life.map((event) => (event.type === 'message' ? event.message : event.type))).toEqual([
      'fork',
      'online',
      'early',
      'late',
      'exit',
    ]);
  });

  test('unsubscribing kills a process that waits, and not one that has been handed over, which its taker kills', () => {
    const first = prepare();
    first.process$.next({ type: 'held' });
    first.subscription.unsubscribe();
    expect([first.process$.observed, first.waiting.length]).toEqual([false, 0]);

    const second = prepare();
    second.process$.next({ type: 'held' });
    const taker = takeOver(second.waiting);
    second.subscription.unsubscribe();
    expect(second.process$.observed).toBe(true);
    taker.subscription.unsubscribe();
    expect(second.process$.observed).toBe(false);
  });

  test('dismissed, it waits no more, is told so before it is asked to leave, and ends with its exit', () => {
    const obsolete$ = new Subject<string>();
    const { process$, waiting, heard, orders, ended } = prepare({ obsolete$ });
    process$.next({ type: 'held' });
    obsolete$.next('old');
    expect(waiting).toEqual([]);
    expect(heard.at(-1)).toMatchObject({ type: 'ended', ending: 'dismissed', why: 'old' });
    expect(orders).toEqual([['standby', { dismissed: true }], 'q', 'd']);
    expect(ended()).toBeUndefined();
    process$.next({ type: 'exit', code: 0, signal: null, spawn: false });
    process$.complete();
    expect([heard.length, ended()]).toEqual([2, 'completed']);
  });

  test('a shutdown dismisses it, and one by force kills it, also when it is leaving', () => {
    const stop$ = new Subject<StopRequest>();
    const { process$, types, orders } = prepare({ stop$ });
    process$.next({ type: 'held' });
    stop$.next({ force: false, why: 'asked' });
    stop$.next({ force: true, why: 'forced' });
    expect(types()).toEqual(['booted', 'ended']);
    expect(orders.slice(1)).toEqual(['q', 'd', 'k']);
  });

  test.each([
    [{ type: 'leaving', why: 'disconnected' }, 'failed', 'it left: disconnected'],
    [{ type: 'replace-request', why: 'SIGTERM' }, 'dismissed', 'it got SIGTERM'],
    [
      { type: 'listening', address: { address: null, port: 80, addressType: 4 } },
      'unfit',
      'it listens without asking the master (reusePort or exclusive), so it cannot wait',
    ],
    [{ type: 'exit', code: 3, signal: null, spawn: false }, 'failed', 'it exited with code 3'],
    [{ type: 'exit', code: null, signal: null, spawn: true }, 'failed', 'it could not be started'],
  ] as const)('%j ends it: %s, %s', (event, ending, why) => {
    const { process$, heard, waiting } = prepare();
    process$.next({ type: 'held' });
    process$.next(event);
    expect(heard.at(-1)).toMatchObject({ type: 'ended', ending, why });
    expect(waiting).toEqual([]);
    process$.next({ type: 'held' });
    expect(waiting).toEqual([]);
  });

  test('the exit has the error that it died of', () => {
    const { process$, heard } = prepare();
    const cause = { name: 'Error', message: 'no database', stack: '' };
    process$.next({ type: 'cause', cause });
    process$.next({ type: 'exit', code: 1, signal: null, spawn: false });
    expect(heard).toMatchObject([
      { why: 'it exited with code 1: Error: no database', exit: { reason: 'crash', cause } },
    ]);
  });

  test('a process whose channel has closed takes no slot, and its exit says why', () => {
    const { process$, heard, types, waiting } = prepare();
    process$.next({ type: 'held' });
    process$.next({ type: 'disconnect' });
    process$.next({ type: 'held' });
    expect([waiting, types()]).toEqual([[], ['booted']]);
    process$.next({ type: 'exit', code: null, signal: 'SIGKILL', spawn: false });
    process$.complete();
    expect(heard.slice(1)).toMatchObject([
      { why: expect.stringMatching(/^it was ended by SIGKILL/), exit: { signal: 'SIGKILL' } },
    ]);
  });

  test('one that does not exit after its channel has closed is ended after a second', () => {
    vi.useFakeTimers();
    onTestFinished(() => void vi.useRealTimers());
    const { process$, heard, types, orders } = prepare();
    process$.next({ type: 'held' });
    process$.next({ type: 'disconnect' });
    vi.advanceTimersByTime(999);
    expect([types(), orders]).toEqual([['booted'], []]);
    vi.advanceTimersByTime(1);
    expect(heard.slice(1)).toMatchObject([{ type: 'ended', ending: 'failed', why: 'its channel has closed' }]);
    expect(orders.slice(1)).toEqual(['q', 'd']);
    process$.next({ type: 'exit', code: 0, signal: null, spawn: false });
    process$.complete();
    expect([types(), vi.getTimerCount()]).toEqual([['booted', 'ended'], 0]);
  });

  test('its errors are told at once', () => {
    const { process$, heard } = prepare();
    process$.next({ type: 'error', error: new Error('odd frame') });
    expect(heard).toMatchObject([{ type: 'error', worker: { id: 7, slot: 0 }, error: { message: 'odd frame' } }]);
  });

  test('at most 1000 messages are kept, however they come', () => {
    const { process$, waiting } = prepare();
    process$.next({ type: 'messages', messages: Array.from({ length: 998 }, (_, index) => index) });
    process$.next({ type: 'messages', messages: [1, 2, 3] });
    process$.next(message('fits'));
    process$.next(message('fits, too'));
    process$.next(message('does not'));
    process$.next({ type: 'held' });
    const { life } = takeOver(waiting);
    expect(life.map(({ type }) => type)).toEqual(['fork', 'messages', 'message', 'message', 'error']);
    expect(life.at(-1)).toMatchObject({
      error: { message: '4 messages that the worker sent before it took the slot are lost: at most 1000 are kept' },
    });
  });

  test('who takes it and lets go of it at once has it killed, and it is not released to anybody', () => {
    const { process$, waiting } = prepare();
    process$.next({ type: 'held' });
    waiting[0]?.handOver(two).pipe(take(1)).subscribe();
    expect(process$.observed).toBe(false);
  });
});
