import { SupervisorError } from '../../src/vocabulary/errors.js';
import {
  catchError,
  EMPTY,
  filter,
  map,
  NEVER,
  type Observable,
  Observable as Source,
  of,
  Subject,
  takeUntil,
  throwError,
} from 'rxjs';
import { expect, test, vi } from 'vitest';
import type { HistoryEntry } from '../../src/vocabulary/messageBatch.js';
import type { CoreEvent, WorkerDraft } from '../../src/vocabulary/events.js';
import type { ProcessEvent } from '../../src/host/host.js';
import { autoscaleOn } from '../../src/operators/scaling/autoscale.js';
import { withCompanion } from '../../src/operators/general/withCompanion.js';
import { answered } from '../../src/operators/messages/answered.js';
import { available } from '../../src/operators/lifecycle/available.js';
import { booted } from '../../src/operators/lifecycle/booted.js';
import { conflate } from '../../src/operators/general/conflate.js';
import { parseWith } from '../../src/operators/messages/parseWith.js';
import { retireOn } from '../../src/operators/lifecycle/retireOn.js';
import { handover } from '../../src/operators/restart/handover.js';
import { leave } from '../../src/operators/lifecycle/leave.js';
import { loop } from '../../src/operators/general/loop.js';
import { milestone } from '../../src/operators/lifecycle/milestone.js';
import { narrate } from '../../src/operators/lifecycle/narrate.js';
import { observed } from '../../src/operators/messages/observed.js';
import { ready } from '../../src/operators/lifecycle/ready.js';
import { relay, relayBeside } from '../../src/operators/general/relay.js';
import { respawn } from '../../src/operators/respawn/respawn.js';
import { respawnBy } from '../../src/operators/respawn/respawnBy.js';
import { roll, rollPlan } from '../../src/operators/restart/roll.js';
import { createRoute } from '../../src/operators/messages/route.js';
import { deliverMessages } from '../../src/operators/messages/deliverMessages.js';
import { eachMessage } from '../../src/operators/messages/eachMessage.js';
import { supervise } from '../../src/operators/supervision/supervise.js';
import { unpack } from '../../src/operators/messages/unpack.js';
import { GuardedObservable } from '../../src/operators/general/guardedObservable.js';
import { counted, life, puppet, ref, stamped } from '../marbles.js';
import { sample } from './scaling/service.js';
import { boom, type Case, record, row, testConformance, throws, watch } from './conformance.js';

const slotRef = { cluster: 'test', slot: 1, generation: 1 };
const clock = () => 0;
const { f, o, l, r } = life();
const worker: readonly WorkerDraft[] = [f, o, l, r];
const { process: child } = puppet();
const born: ProcessEvent = { type: 'fork', process: child };
const process: readonly ProcessEvent[] = [born, { type: 'online' }];
const messages: readonly CoreEvent[] = [stamped(life().m), stamped(life().m)];
const batch: HistoryEntry = {
  type: 'messages',
  worker: ref(),
  messages: [1],
  json: true,
  time: 0,
  seq: 1,
  cluster: 'test',
};
const batches = [batch, batch];
const tenancy = { contested$: of(false), retired$: NEVER };
const memory = <E extends { readonly type: string }>() => ({
  stamp: (draft: E) => ({ ...draft, type: draft.type }),
  state: 0,
  fold: ({ type }: E) => type === 'fork',
});
const anySchema = {
  '~standard': { version: 1, vendor: 'test', validate: (value: unknown) => ({ value }) },
} as const;

const cases: readonly Case[] = [
  row<string>('withCompanion', (source$) => source$.pipe(withCompanion<string>(NEVER)), ['a', 'b'], {
    blind: true,
    connects: true,
  }),
  row('answered', answered(5), [{ type: 'answer', id: 1, message: 1 }]),
  row('autoscale', autoscaleOn(() => ({ parallelism: 2, memory: 1 }))(), [sample(1)], { connects: true, begins: true }),
  row('available', available({ ready: 'listening', minReadyTime: 5, readyTimeout: 9 }, of(true), clock), worker),
  row(
    'booted',
    booted(() => {}),
    worker,
  ),
  row<WorkerDraft>(
    'conflate',
    conflate((together) => together.map(({ type }) => type)),
    worker,
  ),
  row(
    'fit',
    parseWith(anySchema, 'test', () => {}),
    [{ message: 1 }],
  ),
  row(
    'retireOn',
    retireOn(() => undefined),
    process,
  ),
  row<WorkerDraft>(
    'handover',
    (loop$) =>
      of(1).pipe(
        handover({
          loop: () => loop$,
          verdict: (one$) =>
            one$.pipe(
              filter(({ type }) => type === 'exit'),
              map(() => ({ won: false, event: f, stop: undefined })),
            ),
          stopBefore: () => undefined,
        }),
      ),
    worker,
    { connects: true },
  ),
  row('leave', leave(of({ force: false, why: 'asked' }), { disconnectTimeout: 9, cut: 8 }, of(true)), process),
  row<WorkerDraft>('loop, stamp', (body$) => loop(memory<WorkerDraft>, () => body$), worker),
  row<WorkerDraft>(
    'loop, fold',
    (body$) =>
      loop(
        () => ({ ...memory<WorkerDraft>(), stamp: (draft: WorkerDraft) => draft }),
        () => body$,
      ),
    worker,
  ),
  row('milestone', milestone('stable', { ms: 5 }), worker),
  row('narrate', narrate(slotRef, 'start', clock), process),
  row(
    'observed',
    (heard$) =>
      observed(
        () => heard$,
        'name',
        1,
        (value) => of(value),
      ),
    [
      { type: 'value', id: 1, value: 1 },
      { type: 'value', id: 1, value: 2 },
    ] as const,
  ),
  row('ready', ready('listening', 5, of(false)), [f, o, l]),
  row<WorkerDraft>(
    'relay',
    (source$) => new Source((result) => source$.subscribe(relay(result, ({ type }: WorkerDraft) => result.next(type)))),
    worker,
  ),
  row('respawn', respawn({ ...tenancy, decide: () => EMPTY }), worker),
  row<WorkerDraft>(
    'respawnBy',
    (life$) =>
      respawnBy<WorkerDraft>(
        (one$) => one$,
        (released$) => life$.pipe(takeUntil(released$)),
        tenancy,
      ),
    worker,
    { blind: true },
  ),
  row('roll', roll(rollPlan(1, counted(2), 1, [{ request: 'one' }])), [counted(2)]),
  row('routing', createRoute(() => {})({ stop: () => {} }), [{ message: 1 }, { message: { cmd: 'go' } }]),
  row(
    'deliverMessages',
    deliverMessages(slotRef, { json: true, isPrivate: () => false, inspects: true, deliver: () => {} }),
    process,
  ),
  row<CoreEvent>(
    'supervise',
    (child$) =>
      supervise([child$], {
        name: 'test',
        from: () => 0,
        intensity: 0,
        period: 5,
        now: clock,
        stop: () => {},
        isTemporary: () => false,
        report: () => {},
        halt$: NEVER,
      }).pipe(
        catchError((error: unknown) => throwError(() => (error instanceof SupervisorError ? error.cause : error))),
      ),
    messages,
  ),
  row('unpack', unpack(), batches),
  row('eachMessage', eachMessage(), batches),
  row<string>('Watched', (source$) => new GuardedObservable(source$, () => {}), ['a', 'b'], { blind: true }),
];

testConformance(cases);

test('what is thrown at a source beside, or in a timer, is an error of the result as well', () => {
  const { value$, source$, torn } = watch();
  const beside$ = new Subject<unknown>();
  const failing$ = new Source((result) => {
    beside$.subscribe(relayBeside(result, throws));
    return source$.subscribe(relay(result, () => {}));
  });
  const { ended } = record(failing$);
  beside$.next(1);
  expect(ended).toEqual([boom]);
  expect([torn(), value$.observed, beside$.observed]).toEqual([1, false, false]);
});

test('a source beside completes without the result', () => {
  const beside$ = new Subject<unknown>();
  const { heard } = record(
    new Source((result) => {
      beside$.subscribe(relayBeside(result, () => result.next(1)));
    }),
  );
  beside$.next(1);
  beside$.complete();
  expect(heard).toEqual(['next']);
});

test('a process that cannot be killed, in time, is an error of its life', () => {
  const stubborn: ProcessEvent = { type: 'fork', process: { ...child, kill: throws } };
  const { value$, source$, torn } = watch();
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const life$ = source$ as Observable<ProcessEvent>;
  const { ended } = record(
    life$.pipe(leave(of({ force: false, why: 'asked' }), { disconnectTimeout: 9, cut: 8 }, of(true))),
  );
  value$.next(stubborn);
  vi.advanceTimersByTime(9);
  expect(ended).toEqual([boom]);
  expect(torn()).toBe(1);
});
