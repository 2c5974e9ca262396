import { filter, mergeMap } from 'rxjs';
import { describe, expect, test } from 'vitest';
import type { EventDraft, RestartResult } from '../../../src/vocabulary/events.js';
import { is } from '../../../src/api/is.js';
import { roll, type RollPlan, rollPlan } from '../../../src/operators/restart/roll.js';
import { asLetters, counted, life, marbles, ref } from '../../marbles.js';

const worker = (slot: number, generation: number) => ref({ id: 10 * slot + generation, slot, generation });
const up = (slot: number, generation = 1): readonly EventDraft[] => {
  const { f, r } = life(worker(slot, generation));
  return [f, r];
};
const left = (slot: number, generation = 1): EventDraft => life(worker(slot, generation)).x;
const begin: EventDraft = { type: 'restart-begin', roll: 1, requests: ['one'], slots: [1, 2, 3] };
const replacing = (slot: number): EventDraft => ({ type: 'replace-begin', roll: 1, slot, overlap: true });
const inPlace = (slot: number): EventDraft => ({ type: 'replace-begin', roll: 1, slot, overlap: false });
const replaced = (slot: number): readonly EventDraft[] => [
  replacing(slot),
  ...up(slot, 2),
  { type: 'replace-end', roll: 1, slot, worker: worker(slot, 2) },
];
const failed = (slot: number): readonly EventDraft[] => [
  replacing(slot),
  { type: 'replace-abort', roll: 1, slot, why: 'not ready', worker: worker(slot, 2) },
];
const scaled = (from: number, to: number): EventDraft => ({ type: 'scale', from, to, why: 'asked' });
const shutdown: EventDraft = { type: 'shutdown', force: false, why: 'SIGTERM' };

/** Three slots with a worker in each, and what happened then. */
const after = (...events: readonly EventDraft[]) => counted(3, ...up(1), ...up(2), ...up(3), ...events);

const plan: RollPlan = { roll: 1, requests: ['one'], slots: 'all', surge: 1, overlap: true };

/** `1`, `2`, `3`: replace-begin of that slot; everything else by its usual letter. */
const steps: Readonly<Record<string, EventDraft>> = {
  B: begin,
  1: replacing(1),
  2: replacing(2),
  3: replacing(3),
};
const ended = (result: RestartResult): EventDraft => ({ type: 'restart-end', roll: 1, requests: ['one'], result });

describe('a roll', () => {
  marbles(
    'replaces one slot after the other as each old worker makes room, and ends when the last one has exited',
    ({ hot, expectObservable, expectSubscriptions }) => {
      const states = hot('  s--b--c-w--d--w--e--w--f-------', {
        s: after(),
        b: after(begin),
        c: after(begin, replacing(1)),
        w: after(begin, ...replaced(1)),
        d: after(begin, ...replaced(1), left(1)),
        e: after(begin, ...replaced(1), left(1), ...replaced(2), left(2)),
        f: after(begin, ...replaced(1), left(1), ...replaced(2), left(2), ...replaced(3), left(3)),
      });
      const statesSubs = '  ^----------------------!-------';
      const expected = '    B--1-------2-----3-----(E|)----';
      const E = ended({ outcome: 'done', replaced: [1, 2, 3], kept: [] });

      expectObservable(states.pipe(roll(plan))).toBe(expected, { ...steps, E });
      expectSubscriptions(states.subscriptions).toBe(statesSubs);
    },
  );

  marbles('is not done before the last old worker has exited', ({ hot, expectObservable }) => {
    const all = [begin, ...replaced(1), left(1), ...replaced(2), left(2), ...replaced(3)];
    const states = hot('  s--w--w----f----', { s: after(), w: after(...all), f: after(...all, left(3)) });
    const expected = '    B----------(E|) ';
    const E = ended({ outcome: 'done', replaced: [1, 2, 3], kept: [] });

    expectObservable(states.pipe(roll(plan))).toBe(expected, { ...steps, E });
  });

  marbles(
    'is done when the replaced workers have exited, even if others are still leaving',
    ({ hot, expectObservable }) => {
      const leaving = life(worker(2, 2)).g;
      const all = [begin, ...replaced(1), left(1), ...replaced(2), left(2), ...replaced(3), left(3), leaving];
      const states = hot('  d----', { d: after(...all) });
      const expected = '    (E|) ';

      expectObservable(states.pipe(roll(plan), asLetters())).toBe(expected);
    },
  );

  marbles('waits for the canary, however much room there is', ({ hot, expectObservable }) => {
    const states = hot('  s--b--c--c--d--e----', {
      s: after(),
      b: after(begin),
      c: after(begin, replacing(1)),
      d: after(begin, ...replaced(1)),
      e: after(begin, ...replaced(1), replacing(2)),
    });
    const expected = '    B--1--------2--3----';

    expectObservable(states.pipe(roll({ ...plan, surge: 99 }))).toBe(expected, steps);
  });

  marbles('says each thing once, however often it looks', ({ hot, expectObservable }) => {
    const states = hot('  ssssbbbb--', { s: after(), b: after(begin) });
    const expected = '    B---1-----';

    expectObservable(states.pipe(roll(plan))).toBe(expected, steps);
  });

  marbles('begins although another roll has been recorded', ({ hot, expectObservable }) => {
    const states = hot('  s-----', { s: after({ ...begin, roll: 7 }) });
    const expected = '    B-----';

    expectObservable(states.pipe(roll(plan))).toBe(expected, steps);
  });
});

describe('the room of a roll', () => {
  const canary = [begin, ...replaced(1), left(1)];

  marbles('is taken by processes that are still leaving', ({ hot, expectObservable }) => {
    const leaving = life(worker(3, 1)).g;
    const states = hot('  b--w--w--r--', {
      b: after(...canary, leaving, ...up(3, 2)),
      w: after(...canary, leaving, ...up(3, 2)),
      r: after(...canary, leaving, ...up(3, 2), left(3)),
    });
    const expected = '    ---------2--';

    expectObservable(states.pipe(roll(plan))).toBe(expected, steps);
  });

  marbles('is kept for an expected fork of another slot', ({ hot, expectObservable }) => {
    const states = hot('  w--r--', {
      w: after(...canary, replacing(2)),
      r: after(...canary, ...replaced(2), left(2)),
    });
    const expected = '    ---3--';

    expectObservable(states.pipe(roll(plan))).toBe(expected, steps);
  });

  marbles(
    'is not taken by the slot that is to be replaced: one in backoff is replaced at once',
    ({ hot, expectObservable }) => {
      const states = hot('  w--b--', {
        w: after(...canary, ...up(4)),
        b: after(...canary, ...up(4), left(2)),
      });
      const expected = '    ---2--';

      expectObservable(states.pipe(roll(plan))).toBe(expected, { 2: { ...replacing(2), empty: true } });
    },
  );

  marbles('is a share of the slots with a surge in percent, rounded up', ({ hot, expectObservable }) => {
    const states = hot('  c--b--', { c: after(...canary), b: after(...canary, replacing(2)) });
    const expected = '    2-----';

    expectObservable(states.pipe(roll({ ...plan, surge: '25%' }))).toBe(expected, steps);
  });

  marbles('is smaller after the cluster was scaled down, with a surge in percent', ({ hot, expectObservable }) => {
    const states = hot('  w--r--', {
      w: after(...canary, scaled(3, 2)),
      r: after(...canary, scaled(3, 2), left(3)),
    });
    const expected = '    ---2--';

    expectObservable(states.pipe(roll({ ...plan, surge: '50%' }))).toBe(expected, steps);
  });

  marbles(
    'is not taken when a replacement has left, because its failure ends the roll',
    ({ hot, expectObservable }) => {
      const { f, x } = life(worker(2, 2));
      const gone = [...canary, replacing(2), { ...f, why: 'roll' }, { ...x, requested: false }] as const;
      const states = hot('  w--f-----', { w: after(...gone), f: after(...gone, ...failed(2).slice(1)) });
      const expected = '    ---(ZM|)  ';

      expectObservable(states.pipe(roll({ ...plan, surge: 2 }), asLetters())).toBe(expected);
    },
  );

  marbles(
    'is made by the old worker without overlap: there one is replaced after the other',
    ({ hot, expectObservable }) => {
      const alone = { ...plan, surge: 0, overlap: false };
      const states = hot('  b--c--d--e--f--', {
        b: after(begin),
        c: after(begin, replacing(1)),
        d: after(begin, ...replaced(1), left(1)),
        e: after(begin, ...replaced(1), left(1), replacing(2)),
        f: after(begin, ...replaced(1), left(1), ...replaced(2), left(2)),
      });
      const expected = '    1-----2-----3--';

      expectObservable(states.pipe(roll(alone))).toBe(expected, { 1: inPlace(1), 2: inPlace(2), 3: inPlace(3) });
    },
  );
});

describe('a roll of a cluster that is scaled meanwhile', () => {
  const canary = [begin, ...replaced(1), left(1)];

  marbles('skips the slots that are closed, and ends when their workers have exited', ({ hot, expectObservable }) => {
    const states = hot('  c--d--s--e----', {
      c: after(...canary),
      d: after(...canary, replacing(2)),
      s: after(...canary, replacing(2), scaled(3, 1)),
      e: after(...canary, replacing(2), scaled(3, 1), left(2), left(3)),
    });
    const expected = '    2--------(E|) ';
    const E = ended({ outcome: 'done', replaced: [1], kept: [] });

    expectObservable(states.pipe(roll(plan))).toBe(expected, { ...steps, E });
  });

  marbles('does not replace what is opened, nor what was closed and is open again', ({ hot, expectObservable }) => {
    const states = hot('  c--s--u--e----', {
      c: after(...canary, replacing(2)),
      s: after(...canary, replacing(2), scaled(3, 1)),
      u: after(...canary, replacing(2), scaled(3, 1), scaled(1, 4)),
      e: after(...canary, replacing(2), scaled(3, 1), scaled(1, 4), left(2), left(3)),
    });
    const expected = '    ---------(E|) ';
    const E = ended({ outcome: 'done', replaced: [1], kept: [] });

    expectObservable(states.pipe(roll(plan))).toBe(expected, { ...steps, E });
  });

  marbles('has the room of the cluster that there is', ({ hot, expectObservable }) => {
    const states = hot('  w--u--', {
      w: after(...canary, ...up(4)),
      u: after(...canary, scaled(3, 4), ...up(4)),
    });
    const expected = '    ---2--';

    expectObservable(states.pipe(roll(plan))).toBe(expected, steps);
  });

  marbles('says of an abort only which slots there are', ({ hot, expectObservable }) => {
    const states = hot('  f-----', { f: after(begin, ...replaced(1), left(1), scaled(3, 2), ...failed(2)) });
    const expected = '    (rs|) ';

    const said = states.pipe(
      roll(plan),
      mergeMap((told) => {
        if (told.type === 'restart-abort') return [told.result.kept.join()];
        return told.type === 'mixed' ? [told.slots.map(({ slot }) => slot).join()] : [];
      }),
    );
    expectObservable(said).toBe(expected, { r: '2', s: '1,2' });
  });
});

describe('a roll of one slot', () => {
  const one: RollPlan = { ...plan, slots: 2 };
  const start: EventDraft = { ...begin, slots: [2], slot: 2 };

  marbles('replaces that one, and ends when its old worker has exited', ({ hot, expectObservable }) => {
    const states = hot('  s--b--c--w--e----', {
      s: after(),
      b: after(start),
      c: after(start, replacing(2)),
      w: after(start, ...replaced(2)),
      e: after(start, ...replaced(2), left(2)),
    });
    const expected = '    B--2--------(E|) ';
    const E = ended({ outcome: 'done', replaced: [2], kept: [] });

    expectObservable(states.pipe(roll(one))).toBe(expected, { ...steps, B: start, E });
  });

  marbles('waits for room, and makes it where nothing overlaps', ({ hot, expectObservable }) => {
    const leaving = life(worker(3, 1)).g;
    const states = hot('  b--w--r--', {
      b: after(start, leaving, ...up(3, 2)),
      w: after(start, leaving, ...up(3, 2)),
      r: after(start, leaving, ...up(3, 2), left(3)),
    });

    expectObservable(states.pipe(roll(one))).toBe('------2--', steps);
    const alone = hot('b--', { b: after(start) });
    expectObservable(alone.pipe(roll({ ...one, surge: 0, overlap: false }))).toBe('2--', { 2: inPlace(2) });
  });

  marbles('keeps that one, and says nothing of the others, when it fails', ({ hot, expectObservable }) => {
    const states = hot('  f-----', { f: after(start, ...failed(2)) });
    const expected = '    (Z|)  ';

    const results = states.pipe(
      roll(one),
      mergeMap((told) => (told.type === 'restart-abort' ? [told.result] : [])),
    );
    const cause = { why: 'not ready', worker: worker(2, 2) };
    expectObservable(results).toBe(expected, { Z: { outcome: 'aborted', replaced: [], kept: [2], cause } });
  });

  marbles('is done when its slot is closed meanwhile, and waits for no other slot', ({ hot, expectObservable }) => {
    const states = hot('  s--e----', {
      s: after(start, scaled(3, 1), left(2)),
      e: after(start, scaled(3, 1), left(2)),
    });
    const expected = '    (E|)    ';
    const E = ended({ outcome: 'done', replaced: [], kept: [] });

    expectObservable(states.pipe(roll(one))).toBe(expected, { E });
  });

  marbles('that is for none ends at once, whoever may be leaving', ({ hot, expectObservable }) => {
    const nothing: EventDraft = { ...begin, slots: [] };
    const gone = [scaled(3, 2)];
    const states = hot('  s--b----', { s: after(...gone), b: after(...gone, nothing) });
    const expected = '    B--(E|) ';
    const E = ended({ outcome: 'done', replaced: [], kept: [] });

    expectObservable(states.pipe(roll({ ...plan, slots: 'none' }))).toBe(expected, { B: nothing, E });
  });

  marbles('that is cancelled keeps that one', ({ hot, expectObservable }) => {
    const states = hot('  x----', { x: after(shutdown) });
    const expected = '    (E|) ';
    const E = ended({ outcome: 'cancelled', replaced: [], kept: [2], cause: { why: 'SIGTERM' } });

    expectObservable(states.pipe(roll(one))).toBe(expected, { E });
  });
});

describe('a roll that fails', () => {
  marbles('is aborted, and says what serves now', ({ hot, expectObservable, expectSubscriptions }) => {
    const states = hot('  s--b--f-----', {
      s: after(),
      b: after(begin),
      f: after(begin, ...failed(1)),
    });
    const statesSubs = '  ^-----!-----';
    const expected = '    B--1--(ZM|) ';
    const cause = { why: 'not ready', worker: worker(1, 2) };
    const result: RestartResult = { outcome: 'aborted', replaced: [], kept: [1, 2, 3], cause };
    const Z: EventDraft = { type: 'restart-abort', roll: 1, requests: ['one'], result };
    const slots = [1, 2, 3].map((slot) => ({ slot, generation: 1, replaced: false }));
    const M: EventDraft = { type: 'mixed', roll: 1, slots };

    expectObservable(states.pipe(roll(plan))).toBe(expected, { ...steps, Z, M });
    expectSubscriptions(states.subscriptions).toBe(statesSubs);
  });

  marbles('keeps what it has replaced, and says which generation sits where', ({ hot, expectObservable }) => {
    const states = hot('  f-----', { f: after(begin, ...replaced(1), left(1), left(3), ...failed(2)) });
    const expected = '    (ZM|) ';
    const cause = { why: 'not ready', worker: worker(2, 2) };
    const result: RestartResult = { outcome: 'aborted', replaced: [1], kept: [2, 3], cause };
    const Z: EventDraft = { type: 'restart-abort', roll: 1, requests: ['one'], result };
    const slots = [
      { slot: 1, generation: 2, replaced: true },
      { slot: 2, generation: 1, replaced: false },
      { slot: 3, generation: 0, replaced: false },
    ];
    const M: EventDraft = { type: 'mixed', roll: 1, slots };

    expectObservable(states.pipe(roll(plan))).toBe(expected, { Z, M });
  });

  marbles('does not wait for the other slots that are under way', ({ hot, expectObservable }) => {
    const states = hot('  f-----', { f: after(begin, ...replaced(1), replacing(2), ...failed(3)) });
    const expected = '    (ZM|) ';

    expectObservable(states.pipe(roll({ ...plan, surge: 99 }), asLetters())).toBe(expected);
  });

  marbles('blames the first that failed, and its exit', ({ hot, expectObservable }) => {
    const { type: _, worker: loser, ...exit } = life(worker(2, 2)).c;
    const first: EventDraft = {
      type: 'replace-abort',
      roll: 1,
      slot: 2,
      why: 'exited with code 1',
      worker: loser,
      exit,
    };
    const states = hot('  f-----', { f: after(begin, replacing(2), replacing(3), first, ...failed(3)) });
    const expected = '    (c|)  ';

    const causes = states.pipe(
      roll(plan),
      mergeMap((told) => (told.type === 'restart-abort' ? [told.result.cause] : [])),
    );
    expectObservable(causes).toBe(expected, { c: { why: 'exited with code 1', worker: loser, exit } });
  });
});

describe('a roll during which the cluster is stopped', () => {
  marbles('ends as cancelled, with what it had replaced', ({ hot, expectObservable, expectSubscriptions }) => {
    const so = [begin, ...replaced(1), left(1), replacing(2)];
    const states = hot('  b--x----', { b: after(...so), x: after(...so, shutdown) });
    const statesSubs = '  ^--!----';
    const expected = '    ---(E|) ';
    const E = ended({ outcome: 'cancelled', replaced: [1], kept: [2, 3], cause: { why: 'SIGTERM' } });

    expectObservable(states.pipe(roll({ ...plan, surge: 2 }), filter(is('restart-end')))).toBe(expected, { E });
    expectSubscriptions(states.subscriptions).toBe(statesSubs);
  });

  marbles('does not even begin', ({ hot, expectObservable }) => {
    const states = hot('  x----', { x: after(shutdown) });
    const expected = '    (E|) ';
    const E = ended({ outcome: 'cancelled', replaced: [], kept: [1, 2, 3], cause: { why: 'SIGTERM' } });

    expectObservable(states.pipe(roll(plan))).toBe(expected, { E });
  });

  marbles('is cancelled rather than aborted where both happen', ({ hot, expectObservable }) => {
    const states = hot('  x----', { x: after(begin, ...failed(1), shutdown) });
    const expected = '    (E|) ';

    expectObservable(states.pipe(roll(plan), asLetters())).toBe(expected);
  });
});

describe('a roll whose state ends', () => {
  marbles('ends with it', ({ hot, expectObservable, expectSubscriptions }) => {
    const complete = hot('s--|', { s: after() });
    const error = hot('   s--#', { s: after() });
    const subs = '        ^--!';

    expectObservable(complete.pipe(roll(plan))).toBe('B--|', steps);
    expectObservable(error.pipe(roll(plan))).toBe('B--#', steps);
    expectSubscriptions(complete.subscriptions).toBe(subs);
    expectSubscriptions(error.subscriptions).toBe(subs);
  });

  marbles('unsubscribes from it when unsubscribed', ({ hot, expectObservable, expectSubscriptions }) => {
    const states = hot('  s--b--', { s: after(), b: after(begin) });
    const statesSubs = '  ^-!---';
    const unsub = '       --!---';
    const expected = '    B-----';

    expectObservable(states.pipe(roll(plan)), unsub).toBe(expected, steps);
    expectSubscriptions(states.subscriptions).toBe(statesSubs);
  });
});

describe('the plan of a roll', () => {
  test('answers all requests', () => {
    expect(rollPlan(1, counted(3), 1, [{ request: 'one' }])).toEqual(plan);
    expect(rollPlan(1, counted(3), 2, [{ request: 'a' }, { request: 'b' }])).toMatchObject({
      roll: 2,
      requests: ['a', 'b'],
    });
  });

  test('does not overlap without a surge', () => {
    expect(rollPlan(0, counted(3), 1, [])).toMatchObject({ surge: 0, overlap: false });
    expect(rollPlan('0%', counted(3), 1, [])).toMatchObject({ surge: '0%', overlap: false });
  });

  test('is for one slot, which is there', () => {
    const asked = [{ request: 'one', slot: 2 }];
    expect(rollPlan(1, counted(3), 1, asked)).toMatchObject({ slots: 2 });
    expect(rollPlan(1, counted(3, scaled(3, 1)), 1, asked)).toMatchObject({ slots: 'none' });
  });

  test('is for none when the worker that it was for leaves or has exited', () => {
    const asked = [{ request: 'one', slot: 2, worker: worker(2, 1) }];
    const { g, t, c } = life(worker(2, 1));
    expect(rollPlan(1, after(), 1, asked)).toMatchObject({ slots: 2 });
    for (const departure of [g, t, c]) expect(rollPlan(1, after(departure), 1, asked)).toMatchObject({ slots: 'none' });
    expect(rollPlan(1, after(...replaced(2)), 1, asked)).toMatchObject({ slots: 'none' });
    expect(rollPlan(1, after(c), 1, [...asked, { request: 'two', slot: 2 }])).toMatchObject({ slots: 2 });
  });
});
