import { describe, expect, test } from 'vitest';
import { errorData } from '../../src/vocabulary/errorData.js';
import type { Address, CoreEvent, EventDraft, WorkerRef } from '../../src/vocabulary/events.js';
import { type ClusterState, clusterState } from '../../src/state/clusterState.js';
import { counted, life, ref, stamped } from '../marbles.js';

const first = life(ref({ id: 1 }));
const second = life(ref({ id: 2 }));
const third = life(ref({ id: 4, slot: 3 }));
/** Sits in slot 1 beside the first. */
const heir = life(ref({ id: 3, slot: 1, generation: 2 }));

const cost = (slot: number) => ({ slot, worker: ref(), delay: 4, charged: true, spent: 0, limit: 5 });
const charge = (slot: number, charged = true): EventDraft => ({ type: 'backoff', ...cost(slot), charged });
const degraded = (slot: number): EventDraft => ({ type: 'degraded', ...cost(slot) });
const begin: EventDraft = { type: 'restart-begin', roll: 1, requests: ['one'], slots: [1, 2] };
const replacing: EventDraft = { type: 'replace-begin', roll: 1, slot: 1, overlap: true };
const replaced: EventDraft = { type: 'replace-end', roll: 1, slot: 1, worker: heir.f.worker };
const failed = (slot: number): EventDraft => ({ type: 'replace-abort', roll: 1, slot, why: 'late' });
const scaled = (from: number, to: number): EventDraft => ({ type: 'scale', from, to, why: 'asked' });
const vacant: EventDraft = { type: 'vacant', slot: 1, why: 'test' };
const result = { outcome: 'done', replaced: [], kept: [] } as const;

/** An event of a feature, which the core does not know. */
const turned = (serves: boolean): CoreEvent =>
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  ({ ...stamped(first.o), type: 'turned', serves }) as unknown as CoreEvent;

const firstWorker = ({ slots }: ClusterState) => slots.get(1)?.workers.get(1);
const stop = (force: boolean): EventDraft => ({ type: 'shutdown', force, why: 'asked' });
const say = (draft: EventDraft) => clusterState(2).fold(stamped(draft));

const at = (port: number): Address => ({ address: null, port, addressType: 4 });
const on = (worker: WorkerRef, port: number): EventDraft => ({ type: 'listening', worker, address: at(port) });
const available = (worker: WorkerRef): EventDraft => ({ type: 'available', worker, after: 5 });
const ours = ({ slots }: ClusterState) => slots.get(1)?.places;

describe('the state at the start', () => {
  test('owes a worker to each slot, and counts on all of them', () => {
    expect(counted(3)).toMatchObject({
      processes: 0,
      pendingForks: 3,
      serving: 0,
      viable: 3,
      vacant: 0,
      spent: 0,
      listened: false,
      roll: undefined,
      stop: undefined,
      gaveUp: undefined,
    });
  });
});

describe('a worker', () => {
  test('is a process from its fork, and no longer a pending fork', () => {
    expect(counted(2, first.f)).toMatchObject({ processes: 1, pendingForks: 1, serving: 0 });
  });

  test('is known by how far it has come', () => {
    expect(firstWorker(counted(2, first.f, first.o))).toEqual({
      worker: ref(),
      ready: false,
      withdrawn: false,
      overdue: false,
      leaving: false,
      places: [],
    });
    expect(firstWorker(counted(2, first.f, first.o, first.r))).toMatchObject({ ready: true });
  });

  test('serves not while a feature has it out of rotation', () => {
    const { state, fold } = clusterState(2);
    for (const event of [first.f, first.r, second.f, second.r]) fold(stamped(event));
    const turn = (serves: boolean) => fold(turned(serves));
    expect(turn(false)).toBe(true);
    expect(state).toMatchObject({ serving: 1, processes: 2, pendingForks: 0 });
    expect(firstWorker(state)).toMatchObject({ ready: true, withdrawn: true, leaving: false });
    expect(turn(true)).toBe(true);
    expect(state).toMatchObject({ serving: 2 });
  });

  test('serves when it is ready', () => {
    expect(counted(2, first.f, first.r)).toMatchObject({ serving: 1 });
    expect(counted(2, first.f, first.r, second.f, second.r)).toMatchObject({ serving: 2 });
  });

  test.each(['g', 't', 'k', 'd'] as const)(
    'does not serve after %s: it is a process that leaves, and a fork is pending',
    (event) => {
      const state = counted(2, first.f, first.r, first[event]);
      expect(state).toMatchObject({ processes: 1, serving: 0, pendingForks: 2 });
      expect(firstWorker(state)).toMatchObject({ leaving: true });
    },
  );

  test('is nothing any more after its exit', () => {
    expect(counted(2, first.f, first.r, first.t, first.x)).toMatchObject({
      processes: 0,
      serving: 0,
      pendingForks: 2,
    });
  });

  test('may have events after its exit without an effect', () => {
    expect(counted(2, first.f, first.x, first.d, first.r)).toMatchObject({ processes: 0, serving: 0 });
  });

  test('that has listened makes this a cluster that listens', () => {
    expect(counted(2, first.f, first.l, first.c)).toMatchObject({ listened: true });
  });
});

describe('what a slot has spent', () => {
  test('is charged to it and to the cluster', () => {
    const state = counted(2, charge(1), charge(1), charge(2));
    expect(state).toMatchObject({ spent: 3 });
    expect([1, 2].map((slot) => state.slots.get(slot)?.spent)).toEqual([2, 1]);
  });

  test('does not grow by an exit that was not charged', () => {
    expect(counted(2, charge(1), charge(1, false))).toMatchObject({ spent: 1 });
  });

  test('grows by a degraded one too', () => {
    expect(counted(2, charge(1), degraded(1))).toMatchObject({ spent: 2 });
  });

  test('is given back when its worker is stable, and the other slots keep theirs', () => {
    expect(counted(2, charge(1), charge(1), charge(2), first.f, first.s)).toMatchObject({ spent: 1 });
  });

  test('leaves it promising only while its worker serves', () => {
    expect(counted(2, charge(1))).toMatchObject({ viable: 1 });
    expect(counted(2, charge(1), first.f, first.r)).toMatchObject({ viable: 2 });
    expect(counted(2, charge(1), first.f, first.r, first.g)).toMatchObject({ viable: 1 });
    expect(counted(2, charge(1), first.f, first.s)).toMatchObject({ viable: 2 });
  });
});

describe('a vacant slot', () => {
  test('has no pending fork, and is not viable', () => {
    expect(counted(2, first.f, first.c, vacant)).toMatchObject({ vacant: 1, pendingForks: 1, viable: 1 });
  });

  test('has a pending fork when a roll comes to it, and is no longer vacant', () => {
    expect(counted(2, vacant, begin, replacing)).toMatchObject({ vacant: 0, pendingForks: 2 });
    expect(counted(2, vacant, begin, replacing, heir.f)).toMatchObject({ vacant: 0, pendingForks: 1 });
  });

  test('has a pending fork when the roll fails, because no old worker is there', () => {
    expect(counted(2, vacant, begin, replacing, failed(1))).toMatchObject({ vacant: 0, pendingForks: 2 });
  });
});

describe('a replacement', () => {
  test('is a pending fork from its beginning to its fork, beside the current worker', () => {
    expect(counted(1, first.f, first.r)).toMatchObject({ pendingForks: 0 });
    expect(counted(1, first.f, first.r, begin, replacing)).toMatchObject({ pendingForks: 1, serving: 1 });
    expect(counted(1, first.f, first.r, begin, replacing, heir.f)).toMatchObject({ pendingForks: 0, processes: 2 });
  });

  test('that has come has the old one leave, before that is asked', () => {
    const state = counted(1, first.f, first.r, begin, replacing, heir.f, heir.r, replaced);
    expect(state).toMatchObject({ serving: 1, processes: 2 });
    expect(state.slots.get(1)?.workers.get(1)).toMatchObject({ leaving: true });
    expect(state.slots.get(1)?.workers.get(3)).toMatchObject({ leaving: false });
  });

  test('that has failed leaves the old one in its place', () => {
    const state = counted(1, first.f, first.r, begin, replacing, failed(1));
    expect(state).toMatchObject({ serving: 1, pendingForks: 0 });
  });

  test('keeps the slot serving once, however many are ready', () => {
    const state = counted(1, first.f, first.r, heir.f, heir.r);
    expect(state).toMatchObject({ serving: 1 });
    expect(state.slots.get(1)).toMatchObject({ ready: 2 });
  });
});

describe('a scaling', () => {
  test('up owes a worker to each new slot', () => {
    expect(counted(1, first.f, first.r, scaled(1, 3))).toMatchObject({
      size: 3,
      pendingForks: 2,
      serving: 1,
      viable: 3,
    });
  });

  test('down has the workers of the youngest slots leave, before that is asked', () => {
    const state = counted(2, first.f, first.r, second.f, second.r, scaled(2, 1));
    expect(state).toMatchObject({ size: 1, processes: 2, pendingForks: 0, serving: 1, viable: 1 });
    expect(state.slots.get(2)?.workers.get(2)).toMatchObject({ leaving: true });
    expect(firstWorker(state)).toMatchObject({ leaving: false });
  });

  test('down forgets what the closed slots had spent, and that they were vacant', () => {
    const state = counted(3, first.f, charge(2), { ...vacant, slot: 3 }, scaled(3, 1));
    expect(state).toMatchObject({ spent: 0, vacant: 0, pendingForks: 0 });
  });

  test('that changes the size fills the vacant slots that stay', () => {
    expect(counted(2, first.f, { ...vacant, slot: 2 }, scaled(2, 3))).toMatchObject({ vacant: 0, pendingForks: 2 });
    expect(counted(2, first.f, { ...vacant, slot: 2 }, scaled(2, 2))).toMatchObject({ vacant: 1, pendingForks: 0 });
  });

  test('down and up again owes a worker although the last one is still leaving', () => {
    const state = counted(2, first.f, second.f, second.r, scaled(2, 1), second.t, scaled(1, 2));
    expect(state).toMatchObject({ size: 2, processes: 2, pendingForks: 1, serving: 0 });
  });

  test('leaves no trace of what a closed slot still says', () => {
    expect(counted(2, first.f, scaled(2, 1), charge(2), { ...vacant, slot: 2 })).toMatchObject({ spent: 0, vacant: 0 });
    const late = counted(2, first.f, scaled(2, 1), second.f, second.r);
    expect(late).toMatchObject({ processes: 2, serving: 0, pendingForks: 0 });
  });

  test('during a roll leaves no more to replace than there is, and what is opened needs none', () => {
    const { roll } = counted(3, begin, scaled(3, 1), scaled(1, 4));
    expect(roll).toMatchObject({ lastBegun: 0, lastSlot: 1 });
  });

  test('during a roll ends the turn of a slot that is closed, and has the roll wait for its workers', () => {
    const turn: EventDraft = { type: 'replace-begin', roll: 1, slot: 2, overlap: true };
    const { roll } = counted(2, first.f, second.f, second.r, begin, turn, scaled(2, 1));
    expect(roll).toMatchObject({ inProgress: new Set(), outgoing: new Set([2]), failed: undefined });
  });

  test('before a roll makes the roll wait for workers that are still leaving', () => {
    expect(counted(2, first.f, second.f, scaled(2, 1), begin).roll?.outgoing).toEqual(new Set([2]));
  });
});

describe('a replacement that is tried beside a worker', () => {
  const tried = [first.f, first.r, begin, replacing, { ...heir.f, why: 'roll' }] as const;

  test('counts as leaving when it has failed', () => {
    const { slots } = counted(1, ...tried, failed(1));
    expect(slots.get(1)?.workers.get(3)).toMatchObject({ leaving: true });
    expect(slots.get(1)?.workers.get(1)).toMatchObject({ leaving: false });
  });

  test('counts as leaving when the roll is aborted by another slot', () => {
    const abort: EventDraft = { type: 'restart-abort', roll: 1, requests: [], result };
    const state = counted(1, ...tried, abort);
    expect(state).toMatchObject({ pendingForks: 0 });
    expect(state.slots.get(1)?.workers.get(3)).toMatchObject({ leaving: true });
  });

  test('makes the roll wait until the old worker has exited', () => {
    expect(counted(1, ...tried, replaced).roll?.outgoing).toEqual(new Set([1]));
    expect(counted(1, ...tried, replaced, first.x).roll?.outgoing).toEqual(new Set());
  });
});

describe('a roll', () => {
  test('is recorded: what is under way, what has been replaced, what failed first', () => {
    expect(counted(2, begin).roll).toEqual({
      roll: 1,
      lastBegun: 0,
      lastSlot: 2,
      inProgress: new Set(),
      replaced: new Set(),
      outgoing: new Set(),
      failed: undefined,
    });
    expect(counted(2, begin, replacing).roll).toMatchObject({ inProgress: new Set([1]), replaced: new Set() });
    expect(counted(2, begin, replacing, replaced).roll).toMatchObject({
      inProgress: new Set(),
      replaced: new Set([1]),
    });
    expect(counted(2, begin, replacing, failed(1), failed(2)).roll).toMatchObject({
      inProgress: new Set(),
      replaced: new Set(),
      failed: { slot: 1, why: 'late' },
    });
  });

  test('is forgotten at its end', () => {
    const end = { roll: 1, requests: [], result } as const;
    expect(counted(2, begin, { type: 'restart-end', ...end }).roll).toBeUndefined();
    expect(counted(2, begin, { type: 'restart-abort', ...end }).roll).toBeUndefined();
  });
});

describe('where a worker of a slot listens', () => {
  const old = [first.f, on(ref(), 80), on(ref(), 81), available(ref())];

  test('is what its worker listens on, each place once', () => {
    expect(ours(counted(2))).toEqual([]);
    expect(ours(counted(2, first.f, on(ref(), 80), on(ref(), 81), on(ref(), 80)))).toEqual([at(80), at(81)]);
    expect(ours(counted(2, ...old, on(ref(), 82)))).toEqual([at(80), at(81), at(82)]);
  });

  test('is what the last available one listened on, until another is available', () => {
    const booting = [...old, first.c, heir.f, on(heir.f.worker, 90)];
    expect(ours(counted(2, ...booting))).toEqual([at(80), at(81)]);
    expect(ours(counted(2, ...booting, available(heir.f.worker)))).toEqual([at(90)]);
  });

  test('is not what a replacement listens on before it has won, also where the worker there is not available', () => {
    const fork: EventDraft = { ...heir.f, why: 'roll' };
    const young = [first.f, begin, replacing, fork, on(heir.f.worker, 90)];
    expect(ours(counted(2, ...young))).toEqual([]);
    expect(ours(counted(2, ...young, on(ref(), 80)))).toEqual([at(80)]);
  });

  test('is forgotten when the slot is closed', () => {
    expect(ours(counted(1, ...old, scaled(1, 2), scaled(2, 1)))).toEqual([at(80), at(81)]);
    const far = ref({ id: 2 });
    const closed = counted(2, second.f, on(far, 80), available(far), scaled(2, 1));
    expect(closed.slots.get(2)?.places).toEqual([]);
  });

  test('is remembered of so many places at most', () => {
    const many = Array.from({ length: 1_000 }, (_, port) => on(ref(), port));
    expect(ours(counted(1, first.f, ...many))).toHaveLength(100);
  });
});

describe('the end of a cluster', () => {
  test('is remembered: the latest shutdown, and what it gave up for', () => {
    const giveUp = {
      type: 'give-up',
      slot: 1,
      worker: ref(),
      spent: 5,
      limit: 5,
      why: 'left',
      reason: 'test',
    } as const;
    expect(counted(2, giveUp, stop(false))).toMatchObject({ gaveUp: giveUp, stop: { force: false } });
    expect(counted(2, stop(false), stop(true))).toMatchObject({ gaveUp: undefined, stop: { force: true } });
  });
});

describe('an event', () => {
  test('that changes nothing says so', () => {
    const silent: readonly EventDraft[] = [
      first.m,
      first.o,
      { type: 'error', error: errorData(new Error('boom')) },
      { type: 'signal', signal: 'SIGHUP', action: 'reopen' },
      { type: 'restart', request: 'one', why: 'asked' },
      { type: 'started', workers: 2, after: 5 },
      { type: 'end', why: 'asked', after: 5 },
    ];
    expect(silent.filter(say)).toEqual([]);
  });

  test('that changes something says so', () => {
    const telling: readonly EventDraft[] = [
      first.f,
      first.l,
      first.r,
      first.a,
      first.v,
      first.s,
      first.g,
      first.t,
      first.k,
      first.d,
      first.x,
      charge(1),
      vacant,
      scaled(2, 3),
      begin,
      replacing,
      replaced,
      failed(1),
    ];
    expect(telling.filter((draft) => !say(draft))).toEqual([]);
  });

  test('of a slot that is not there changes no count of slots', () => {
    const { slots: _, processes, ...before } = counted(2);
    const stranger = ref({ id: 9, slot: 9 });
    expect(counted(2, life(stranger).f, { type: 'vacant', slot: 9, why: 'test' })).toMatchObject({
      ...before,
      processes: 1,
    });
  });
});

test('the sums are those of the slots, after every event', () => {
  const { state, fold } = clusterState(2);
  const story: readonly EventDraft[] = [
    first.f,
    second.f,
    first.o,
    first.l,
    first.r,
    second.c,
    charge(2),
    second.f,
    second.r,
    second.s,
    begin,
    replacing,
    heir.f,
    heir.o,
    heir.r,
    heir.a,
    replaced,
    first.t,
    first.d,
    first.x,
    heir.g,
    charge(1),
    heir.w,
    vacant,
    scaled(2, 3),
    third.f,
    third.r,
    charge(3),
    scaled(3, 1),
    third.t,
    scaled(1, 4),
    third.x,
    second.t,
    second.k,
    second.x,
  ];
  const sums = () => {
    const slotStates = [...state.slots.values()];
    const inSlots = slotStates.flatMap((slotState) => [...slotState.workers.values()]);
    return {
      processes: inSlots.length,
      serving: slotStates.filter(
        (slotState) =>
          slotState.open && [...slotState.workers.values()].some(({ ready, leaving }) => ready && !leaving),
      ).length,
      pendingForks: slotStates.filter(({ pendingFork }) => pendingFork).length,
      viable: slotStates.filter(({ viable }) => viable).length,
      vacant: slotStates.filter(({ vacant }) => vacant).length,
      spent: slotStates.reduce((sum, { spent }) => sum + spent, 0),
    };
  };
  for (const event of story) {
    fold(stamped(event));
    expect({ after: event.type, ...state }).toMatchObject({ after: event.type, ...sums() });
  }
});
