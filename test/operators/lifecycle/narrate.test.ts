import { map } from 'rxjs';
import { describe } from 'vitest';
import { WorkerExitError } from '../../../src/vocabulary/errors.js';
import type { ErrorData } from '../../../src/vocabulary/errorData.js';
import type { Exit, ProcessDraft } from '../../../src/vocabulary/events.js';
import type { ProcessEvent } from '../../../src/host/host.js';
import { narrate } from '../../../src/operators/lifecycle/narrate.js';
import type { Leaving } from '../../../src/operators/lifecycle/leave.js';
import { letterOf } from '../../../src/drawing/alphabet.js';
import { hour, marbles, now, puppet, ref, setTimeOfDayAt } from '../../marbles.js';

const slotRef = { cluster: 'test', slot: 1, generation: 1 };
const cause: ErrorData = { name: 'Error', message: 'boom', stack: 'Error: boom' };

/** Process events, by the letters of the worker events; `c`: the error that it dies of, `s`: it has survived the error, `n`: it could not be started. */
const process: Readonly<Record<string, ProcessEvent | Leaving>> = {
  f: { type: 'fork', process: puppet().process },
  o: { type: 'online' },
  l: { type: 'listening', address: { address: null, port: 80, addressType: 4 } },
  m: { type: 'message', message: 'hello' },
  p: { type: 'replace-request', why: 'SIGTERM' },
  g: { type: 'leaving', why: 'disconnected' },
  t: { type: 'retire', why: 'asked' },
  k: { type: 'kill', signal: 'SIGKILL', why: 'late' },
  u: { type: 'kill', signal: 'SIGKILL', why: 'late', unasked: true },
  c: { type: 'cause', cause },
  s: { type: 'cause', cause: undefined },
  d: { type: 'disconnect' },
  x: { type: 'exit', code: 0, signal: null, spawn: false },
  n: { type: 'exit', code: null, signal: null, spawn: true },
};

const f: ProcessDraft = { type: 'fork', worker: ref(), why: 'start' };
const o: ProcessDraft = { type: 'online', worker: ref() };
const l: ProcessDraft = { type: 'listening', worker: ref(), address: { address: null, port: 80, addressType: 4 } };
const m: ProcessDraft = { type: 'message', worker: ref(), message: 'hello' };
const p: ProcessDraft = { type: 'replace-request', worker: ref(), why: 'SIGTERM' };
const g: ProcessDraft = { type: 'leaving', worker: ref(), why: 'disconnected', uptime: 2 };
const t: ProcessDraft = { type: 'retire', worker: ref(), why: 'asked' };
const k: ProcessDraft = { type: 'kill', worker: ref(), signal: 'SIGKILL', why: 'late' };
const d = (requested: boolean): ProcessDraft => ({ type: 'disconnect', worker: ref(), requested });
const left: Exit = { code: 0, signal: null, requested: false, reason: 'crash', uptime: 0 };
const x = (exit: Partial<Exit>): ProcessDraft => ({ type: 'exit', worker: ref(), ...left, ...exit });
const error = (exit: Partial<Exit>) => new WorkerExitError(ref(), { ...left, ...exit });

describe('the life of a process', () => {
  marbles('adds the worker to each event', ({ cold, expectObservable, expectSubscriptions }) => {
    const source = cold('  fo-l-m-------', process);
    const sourceSubs = '   ^------------';
    const expected = '     fo-l-m-------';

    expectObservable(source.pipe(narrate(slotRef, 'start', now))).toBe(expected, { f, o, l, m });
    expectSubscriptions(source.subscriptions).toBe(sourceSubs);
  });

  marbles('completes when it was asked to leave', ({ cold, expectObservable, expectSubscriptions }) => {
    const source = cold('  fo-t---d-x|', process);
    const sourceSubs = '   ^---------!';
    const expected = '     fo-t---d-x|';
    const exit = { requested: true, reason: 'requested', uptime: 9 } as const;

    expectObservable(source.pipe(narrate(slotRef, 'start', now))).toBe(expected, { f, o, t, d: d(true), x: x(exit) });
    expectSubscriptions(source.subscriptions).toBe(sourceSubs);
  });

  marbles('asks to be replaced once, and not when it leaves', ({ cold, expectObservable }) => {
    expectObservable(cold('fop-p--', process).pipe(narrate(slotRef, 'start', now))).toBe('fop----', { f, o, p });
    expectObservable(cold('fog-p--', process).pipe(narrate(slotRef, 'start', now))).toBe('fog----', { f, o, g });
    expectObservable(cold('fot-p--', process).pipe(narrate(slotRef, 'start', now))).toBe('fot----', { f, o, t });
  });

  marbles('errors if it had not been asked to leave', ({ cold, expectObservable, expectSubscriptions }) => {
    const source = cold('  fo-----d-x|', process);
    const sourceSubs = '   ^---------!';
    const expected = '     fo-----d-x#';
    const exit = { uptime: 9 };

    const values = { f, o, d: d(false), x: x(exit) };
    expectObservable(source.pipe(narrate(slotRef, 'start', now))).toBe(expected, values, error(exit));
    expectSubscriptions(source.subscriptions).toBe(sourceSubs);
  });

  marbles('errors if it was killed and nobody had asked it to leave', ({ cold, expectObservable }) => {
    const source = cold('  fo-d--u-x|', process);
    const expected = '     fo-d--k-x#';
    const exit = { uptime: 8, cause: { name: 'Error', message: 'late', stack: '' } };
    const values = { f, o, d: d(false), k, x: x(exit) };

    expectObservable(source.pipe(narrate(slotRef, 'start', now))).toBe(expected, values, error(exit));
  });

  marbles('completes if it was killed by order', ({ cold, expectObservable }) => {
    const exit = { requested: true, reason: 'requested', uptime: 8 } as const;
    const values = { f, o, d: d(false), k, x: x(exit) };

    expectObservable(cold('fo-d--k-x|', process).pipe(narrate(slotRef, 'start', now))).toBe('fo-d--k-x|', values);
  });

  marbles('carries the error it died of with the exit', ({ cold, expectObservable }) => {
    const source = cold('  fo---cx|', process);
    const expected = '     fo----x#';
    const exit = { uptime: 6, cause };

    expectObservable(source.pipe(narrate(slotRef, 'start', now))).toBe(expected, { f, o, x: x(exit) }, error(exit));
  });

  marbles('does not carry an error that it has survived', ({ cold, expectObservable }) => {
    const source = cold('  fo-cs-x|', process);
    const expected = '     fo----x#';
    const exit = { uptime: 6 };

    expectObservable(source.pipe(narrate(slotRef, 'start', now))).toBe(expected, { f, o, x: x(exit) }, error(exit));
  });

  marbles('says that it was never there where it could not be started', ({ cold, expectObservable }) => {
    const source = cold('  f-n|', process);
    const expected = '     f-x#';
    const exit = { code: null, reason: 'spawn', uptime: 2 } as const;

    expectObservable(source.pipe(narrate(slotRef, 'start', now))).toBe(expected, { f, x: x(exit) }, error(exit));
  });

  marbles('has the reason of its fork and its own uptime', ({ hot, expectObservable }) => {
    const source = hot('   ------f-x|', process);
    const subs = '         ----^-----';
    const expected = '     ------f-x#';
    const exit = { uptime: 4 };
    const values = { f: { ...f, why: 'roll' }, x: x(exit) };

    expectObservable(source.pipe(narrate(slotRef, 'roll', now)), subs).toBe(expected, values, error(exit));
  });

  marbles('that ends without an exit ends as it does', ({ cold, expectObservable }) => {
    expectObservable(cold('fo-|', process).pipe(narrate(slotRef, 'start', now))).toBe('fo-|', { f, o });
    expectObservable(cold('fo-#', process).pipe(narrate(slotRef, 'start', now))).toBe('fo-#', { f, o });
  });

  marbles('unsubscribed, unsubscribes from the process', ({ cold, expectObservable, expectSubscriptions }) => {
    const source = cold('  fo---m', process);
    const sourceSubs = '   ^--!--';
    const unsub = '        ---!--';
    const expected = '     fo----';

    expectObservable(source.pipe(narrate(slotRef, 'start', now)), unsub).toBe(expected, { f, o });
    expectSubscriptions(source.subscriptions).toBe(sourceSubs);
  });
});

describe('the uptime of a process', () => {
  for (const by of [hour, -hour]) {
    marbles(`is what has passed, also where the time of day is set by ${by} ms`, ({ cold, expectObservable }) => {
      const source = cold('  f---g---x|', process);
      const expected = '     f---g---x#';
      const exit = { reason: 'left', uptime: 8 } as const;
      const values = { f, g: { ...g, uptime: 4 }, x: x(exit) };

      setTimeOfDayAt(2, by);
      expectObservable(source.pipe(narrate(slotRef, 'start', now))).toBe(expected, values, error(exit));
    });
  }
});

describe('a process that leaves on its own', () => {
  marbles('says so once, and has left at its exit', ({ cold, expectObservable }) => {
    const source = cold('  f-g-g-d-x|', process);
    const expected = '     f-g---d-x#';
    const exit = { reason: 'left', uptime: 8 } as const;

    expectObservable(source.pipe(narrate(slotRef, 'start', now))).toBe(
      expected,
      { f, g, d: d(false), x: x(exit) },
      error(exit),
    );
  });

  marbles('has left on its own even if it had to be killed', ({ cold, expectObservable }) => {
    const source = cold('  f-g-k-x|', process);
    const expected = '     f-g-k-x#';
    const exit = { reason: 'left', uptime: 6 } as const;

    expectObservable(source.pipe(narrate(slotRef, 'start', now))).toBe(expected, { f, g, k, x: x(exit) }, error(exit));
  });

  marbles('was asked to all the same if that came before its exit', ({ cold, expectObservable }) => {
    const source = cold('  f-g-t-x|', process);
    const expected = '     f-g-t-x|';
    const exit = { requested: true, reason: 'requested', uptime: 6 } as const;

    expectObservable(source.pipe(narrate(slotRef, 'start', now))).toBe(expected, { f, g, t, x: x(exit) });
  });

  marbles('does not leave on its own once it has been asked', ({ cold, expectObservable }) => {
    const source = cold('  f-t-g-x|', process);
    const expected = '     f-t---x|';
    const exit = { requested: true, reason: 'requested', uptime: 6 } as const;

    expectObservable(source.pipe(narrate(slotRef, 'start', now))).toBe(expected, { f, t, x: x(exit) });
  });
});

describe('a process that is killed', () => {
  marbles('has been asked by that', ({ cold, expectObservable }) => {
    const source = cold('  f-k-x|', process);
    const expected = '     f-k-x|';

    const told = source.pipe(narrate(slotRef, 'start', now), map(letterOf));
    expectObservable(told).toBe(expected);
  });
});

marbles('what is done to a process that has exited is not emitted', ({ cold, expectObservable }) => {
  const source = cold('  f-x--t-k-|', process);
  const expected = '     f-x------#';
  const exit = { uptime: 2 };

  expectObservable(source.pipe(narrate(slotRef, 'start', now))).toBe(expected, { f, x: x(exit) }, error(exit));
});
