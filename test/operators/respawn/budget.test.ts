import { describe, expect, test } from 'vitest';
import { type Budget, budget, type UnaskedDeparture } from '../../../src/operators/respawn/budget.js';
import type { EventDraft } from '../../../src/vocabulary/events.js';
import { counted, life, ref } from '../../marbles.js';

const plan: Budget = {
  maxForkCount: 3,
  maxForkCountAtStart: 3,
  maxStartAttempts: Infinity,
  minUptime: 50,
  backoff: { initial: 4, factor: 2, max: 30, jitter: 0 },
};

/** Worker `id` in the slot of the same number left after `uptime` ms. */
const left = (id: number, uptime = 5): UnaskedDeparture => ({ ...life(ref({ id })).c, uptime });
const failed = (id: number): readonly EventDraft[] => {
  const { f, c } = life(ref({ id }));
  return [f, c, { type: 'backoff', slot: id, worker: ref({ id }), delay: 0, charged: true, spent: 0, limit: 3 }];
};
const up = (id: number): readonly EventDraft[] => [life(ref({ id })).f, life(ref({ id })).r];
const decide = (slots: number, before: readonly EventDraft[], vacated: UnaskedDeparture, random = 0.5) =>
  budget(plan, counted(slots, ...before), vacated, random);

describe('before minUptime', () => {
  test('the first exit costs one and is answered after the initial wait', () => {
    expect(decide(1, [], left(1))).toEqual({
      type: 'backoff',
      slot: 1,
      worker: ref(),
      charged: true,
      spent: 1,
      limit: 3,
      delay: 4,
    });
  });

  test('the next one waits longer', () => {
    expect(decide(1, failed(1), left(1))).toMatchObject({ type: 'backoff', spent: 2, delay: 8 });
  });

  test('the failures of other slots are paid from the same budget, and do not make this one wait longer', () => {
    expect(decide(2, failed(2), left(1))).toMatchObject({ type: 'backoff', spent: 2, delay: 4 });
  });

  test('one ms is enough to be early', () => {
    expect(decide(1, [], left(1, 49))).toMatchObject({ charged: true });
    expect(decide(1, [], left(1, 50))).toMatchObject({ charged: false });
  });

  test('who begins to leave is charged as who is gone', () => {
    expect(decide(1, [], life().g)).toMatchObject({ type: 'backoff', charged: true, spent: 1, delay: 4 });
  });

  test('the wait has its random part', () => {
    const jittery = { ...plan, backoff: { ...plan.backoff, jitter: 0.5 } };
    const wait = (random: number) => budget(jittery, counted(1), left(1), random);
    expect([wait(0), wait(0.5), wait(1)]).toMatchObject([{ delay: 2 }, { delay: 4 }, { delay: 6 }]);
  });
});

describe('after minUptime', () => {
  test('an exit costs nothing and is answered at once', () => {
    expect(decide(1, [], left(1, 50))).toEqual({
      type: 'backoff',
      slot: 1,
      worker: ref(),
      charged: false,
      spent: 0,
      limit: 3,
      delay: 0,
    });
  });

  test('an exit is answered at once even where others have spent everything', () => {
    const before = [...failed(2), ...failed(2), ...failed(2)];
    expect(decide(2, before, left(1, 50))).toMatchObject({ type: 'backoff', charged: false, spent: 3, delay: 0 });
  });
});

describe('with the budget spent', () => {
  const spent = [...failed(1), ...failed(1)];

  test('a slot goes on slowly while another serves', () => {
    expect(decide(2, [...spent, ...up(2)], left(1))).toEqual({
      type: 'degraded',
      slot: 1,
      worker: ref(),
      charged: true,
      spent: 3,
      limit: 3,
      delay: 30,
    });
  });

  test('a slot goes on slowly while another boots and has not failed', () => {
    expect(decide(2, [...spent, life(ref({ id: 2 })).f], left(1))).toMatchObject({ type: 'degraded', delay: 30 });
  });

  test('a slot goes on slowly while another that has failed serves again', () => {
    expect(decide(2, [...failed(1), ...failed(2), ...up(2)], left(1))).toMatchObject({ type: 'degraded' });
  });

  test('the cluster gives up when no other serves', () => {
    expect(decide(1, spent, left(1))).toEqual({
      type: 'give-up',
      slot: 1,
      worker: ref(),
      spent: 3,
      limit: 3,
      why: 'exited with code 1',
    });
  });

  test('the cluster gives up when all others have failed and none serves', () => {
    expect(decide(2, [...failed(1), ...failed(2)], left(1))).toMatchObject({ type: 'give-up', slot: 1, spent: 3 });
  });

  test('the cluster gives up when the others are vacant', () => {
    const vacant: EventDraft = { type: 'vacant', slot: 2, why: 'test' };
    expect(decide(2, [...spent, vacant], left(1))).toMatchObject({ type: 'give-up', slot: 1 });
  });

  test('a slot that served is no reason to go on once it has left', () => {
    expect(decide(1, [...spent, ...up(1)], left(1))).toMatchObject({ type: 'give-up' });
  });

  test('the cluster gives up with the words of who was the last to leave', () => {
    expect(decide(1, spent, life().g)).toMatchObject({ type: 'give-up', why: 'left (disconnected)' });
  });
});

/** Worker `id` failed, as so many before in its slot. */
const failedToStart = (id: number, times: number): readonly EventDraft[] => {
  const { f, c } = life(ref({ id }));
  return Array.from({ length: times }, (_, index) => index + 1).flatMap((spent): readonly EventDraft[] => [
    f,
    c,
    {
      type: 'backoff',
      slot: id,
      worker: ref({ id }),
      delay: 0,
      charged: true,
      spent,
      limit: 3,
      start: { failed: spent, limit: 3 },
    },
  ]);
};

describe('until a worker of the cluster has been available', () => {
  const plans: Budget = { ...plan, maxForkCountAtStart: Infinity, maxStartAttempts: 3 };
  const start = (
    slots: number,
    before: readonly EventDraft[],
    vacated: UnaskedDeparture = left(1),
    changes: Partial<Budget> = {},
  ) => budget({ ...plans, ...changes }, counted(slots, ...before), vacated, 0.5);

  test('a failed start is counted for its slot', () => {
    expect(start(2, failedToStart(2, 2))).toEqual({
      type: 'backoff',
      slot: 1,
      worker: ref(),
      charged: true,
      spent: 3,
      limit: 3,
      start: { failed: 1, limit: 3 },
      delay: 4,
    });
  });

  test('an exit is a failed start however late it comes', () => {
    expect(start(1, failedToStart(1, 1), left(1, 50))).toMatchObject({
      charged: false,
      start: { failed: 2, limit: 3 },
    });
  });

  test('the cluster gives up when the only slot has used its attempts, with the error of the last worker', () => {
    const cause = { name: 'Error', message: 'broken', stack: 'Error: broken' };
    expect(start(1, failedToStart(1, 2), { ...life().c, cause })).toEqual({
      type: 'give-up',
      slot: 1,
      worker: ref(),
      spent: 3,
      limit: 3,
      start: { failed: 3, limit: 3 },
      why: 'exited with code 1: Error: broken',
      cause,
    });
  });

  test('a slot that has used its attempts goes on slowly while another boots', () => {
    const booting = [...failedToStart(1, 2), life(ref({ id: 2 })).f];
    expect(start(2, booting)).toMatchObject({ type: 'degraded', delay: 30, start: { failed: 3 } });
  });

  test('a slot that has used its attempts goes on slowly while another has attempts left', () => {
    expect(start(2, [...failedToStart(1, 2), ...failedToStart(2, 2)])).toMatchObject({ type: 'degraded' });
  });

  test('the cluster gives up when all slots have used their attempts', () => {
    expect(start(2, [...failedToStart(1, 2), ...failedToStart(2, 3)])).toMatchObject({ type: 'give-up', slot: 1 });
  });

  test('the cluster gives up when the worker of the only other slot is overdue', () => {
    const { f, v } = life(ref({ id: 2 }));
    expect(start(2, [...failedToStart(1, 2), f, v])).toMatchObject({ type: 'give-up', slot: 1 });
  });

  test('a ready worker in another slot is a reason to go on', () => {
    const before = [...failedToStart(1, 2), ...failedToStart(2, 3), ...up(2)];
    expect(start(2, before)).toMatchObject({ type: 'degraded' });
  });

  test('an available worker ends the counting of starts', () => {
    const before = [...failedToStart(1, 2), ...up(2), life(ref({ id: 2 })).a];
    expect(start(2, before, left(1), { maxForkCount: 100 })).not.toHaveProperty('start');
  });

  test('a maxForkCount that is given counts as well', () => {
    const before = [...failedToStart(1, 1), ...failedToStart(2, 1)];
    expect(start(2, before, left(1), { maxForkCountAtStart: 3 })).toMatchObject({ type: 'give-up', limit: 3 });
    expect(start(2, before, left(1), { maxForkCountAtStart: 3 })).not.toHaveProperty('start');
  });
});
