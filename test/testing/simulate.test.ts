import { concatMap, delay, interval, map, mergeMap, NEVER, repeat, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { expect, test } from 'vitest';
import { is } from '../../src/index.js';
import type { FeatureBehaviour } from '../../src/features/simulated.js';
import { permanent, policy } from '../../src/policy.js';
import { byFork, bySlot, type Script, simulate, type WorkerBehaviour } from '../../src/testing.js';

const failureOf = (run: () => unknown): Error => {
  try {
    run();
  } catch (thrown) {
    if (thrown instanceof Error) return thrown;
  }
  throw new Error('expected an error');
};

/** Throws where a timer of RxJS does not wait for its time. */
const timeIsVirtual = (): void => {
  let called = false;
  const subscription = timer(0).subscribe(() => (called = true));
  subscription.unsubscribe();
  if (!called) throw new Error('the time is real');
};

const crashed = (workers: Script['workers']) =>
  simulate({ worker: 2, backoff: { initial: 5, jitter: 0, factor: 1 } }, { duration: 50, workers })
    .events.filter(is('exit'))
    .map(({ time, worker: { slot } }) => `${slot} at ${time}`);

const delayOf = (random: Script['random']) =>
  simulate({ worker: 1 }, { duration: 1_000, random, workers: [{ crashes: { after: 5 } }] }).events.find(is('backoff'))
    ?.delay;

const fail = (): never => {
  throw new Error('a mistake');
};

const columnsOf = (duration: number) => {
  const { column, width } = simulate({ worker: 1 }, { duration }).picture;
  return { column, width };
};

const inner = () => {
  simulate({ worker: 1 }, { duration: 10 });
  return {};
};

const typesOf = ({ events }: { readonly events: readonly { readonly type: string }[] }) =>
  events.map(({ type }) => type);

test('a simulation has the events, how the cluster ended, its status and a diagram', () => {
  const simulation = simulate(
    { worker: 1, minReadyTime: 3 },
    { duration: 100, inputs: [{ at: 20, input: 'shutdown' }] },
  );
  expect(typesOf(simulation)).toEqual([
    'fork',
    'online',
    'listening',
    'ready',
    'started',
    'available',
    'shutdown',
    'retire',
    'disconnect',
    'exit',
    'end',
  ]);
  expect(simulation).toMatchObject({ ending: 'complete', error: undefined, endedAt: 21 });
  expect(simulation.status).toMatchObject({ phase: 'ended', ready: 0, startedAt: 0 });
  expect(simulation.diagram).toMatchInlineSnapshot(`
    "diagram
                      0         10        20
    shutdown          --------------------!
    worker 1, slot 1  for--a--------------t|

    decisions
       2  1 worker is ready after 2 ms
      20  shutdown: shutdown
      21  the last worker has left; ran for 21 ms
          complete"
  `);
});

test('a cluster that has not ended by then is running at the end', () => {
  const { ending, endedAt, status } = simulate({ worker: 2 }, { duration: 60_000 });
  expect({ ending, endedAt }).toEqual({ ending: 'running', endedAt: 60_000 });
  expect(status).toMatchObject({ phase: 'running', ready: 2 });
});

test('the first forks behave as listed, and later ones are healthy', () => {
  const { events } = simulate(
    { worker: 2, backoff: { initial: 100, jitter: 0 } },
    { duration: 60_000, workers: [{ crashes: { after: 5 } }, {}] },
  );
  expect(events.filter(is('exit')).map(({ time, worker }) => ({ time, slot: worker.slot }))).toEqual([
    { time: 5, slot: 1 },
  ]);
  expect(events.filter(is('fork')).map(({ time }) => time)).toEqual([0, 0, 105]);
});

test('byFork says how all later forks behave, and bySlot how those of a slot do', () => {
  const crashes = { crashes: { after: 10 } };
  expect(crashed(byFork([{}], crashes))).toEqual(['2 at 10', '2 at 25', '2 at 40']);
  expect(crashed(bySlot({ 1: crashes }))).toEqual(['1 at 10', '1 at 25', '1 at 40']);
  expect(crashed(bySlot({ 1: {} }, crashes))).toEqual(['2 at 10', '2 at 25', '2 at 40']);
});

test('inputs come at their time, before everything else of that time that was not planned at the start', () => {
  const { events, inputs } = simulate(
    { worker: 2, minReadyTime: 3 },
    {
      duration: 1_000,
      inputs: [
        { at: 400, input: 'scale 1' },
        { at: 100, input: 'SIGUSR2' },
        { at: 200, input: 'restart 2' },
        { at: 300, input: 'pause 1' },
        { at: 500, input: 'force' },
      ],
    },
  );
  const told = events.filter(is('signal', 'restart-begin', 'scale', 'shutdown'));
  expect(told.map(({ type, time }) => `${type} at ${time}`)).toEqual([
    'signal at 100',
    'restart-begin at 100',
    'restart-begin at 200',
    'scale at 400',
    'shutdown at 500',
  ]);
  expect(events.findLast(is('restart-begin'))).toMatchObject({ slot: 2 });
  expect(inputs.map(({ at }) => at)).toEqual([100, 200, 300, 400, 500]);
});

test('an input may be the command of a feature', () => {
  const { status } = simulate({ worker: 2 }, { duration: 100, inputs: [{ at: 50, input: 'pause 1' }] });
  expect(status).toMatchObject({
    ready: 1,
    slots: [{ workers: [{ state: 'paused' }] }, { workers: [{ state: 'ready' }] }],
  });
});

test('while the machine is suspended nothing happens, and what comes meanwhile is late', () => {
  const { inputs, events } = simulate(
    { worker: 1 },
    {
      duration: 4_000_000,
      workers: [{ crashes: { after: 5_000 } }],
      inputs: [
        { at: 3_000, input: 'suspended 1h' },
        { at: 4_000, input: 'restart' },
      ],
    },
  );
  expect(inputs.map(({ at }) => at)).toEqual([3_000, 3_603_000]);
  expect(events.find(is('exit'))).toMatchObject({ time: 3_603_000 });
});

test('random numbers are those of the script', () => {
  expect([delayOf(undefined), delayOf(() => 0), delayOf(() => 0.999)]).toEqual([100, 80, expect.closeTo(120, 0)]);
});

test('the error of the cluster is that of the simulation', () => {
  const { ending, error, endedAt, diagram } = simulate(
    { worker: 1 },
    { duration: 60_000, workers: () => ({ crashes: { after: 1 } }) },
  );
  expect({ ending, endedAt }).toEqual({ ending: 'error', endedAt: 1505 });
  expect(error).toMatchObject({ name: 'ForkLimitError' });
  expect(diagram).toMatch(/ {4}error: ForkLimitError$/);
});

test('a policy that throws is an error of the cluster', () => {
  const failing = policy(
    permanent(),
    map((): never => fail()),
  );
  const { ending, error } = simulate(
    { worker: 1, respawn: failing },
    { duration: 1_000, workers: [{ crashes: { after: 5 } }] },
  );
  expect({ ending, error }).toMatchObject({
    ending: 'error',
    error: { message: expect.stringContaining('a mistake') },
  });
});

test('an operator of the policy waits in virtual time', () => {
  const late = policy(permanent(), delay(3_600_000));
  const { events } = simulate(
    { worker: 1, respawn: late },
    { duration: 4_000_000, workers: [{ crashes: { after: 5 } }] },
  );
  expect(events.filter(is('fork')).map(({ time }) => time)).toEqual([0, 3_600_005]);
});

test('the size may be an Observable, in virtual time', () => {
  const sizes$ = interval(1_000).pipe(map((index) => index + 1));
  const { status } = simulate({ worker: sizes$ }, { duration: 5_500 });
  expect(status.size).toBe(5);
});

test('a column is so long that a picture has 100 at most', () => {
  expect([99, 100, 3_600_000].map(columnsOf)).toEqual([
    { column: 1, width: 100 },
    { column: 2, width: 51 },
    { column: 50_000, width: 73 },
  ]);
});

const wrong: readonly (readonly [string, unknown, string])[] = [
  ['no script', undefined, 'script: expected an object such as { duration: 60_000 }, got undefined'],
  ['no duration', {}, 'script.duration: expected a time in ms, 1 or more, got undefined'],
  ['a negative duration', { duration: -1 }, 'script.duration: expected a time in ms, 1 or more, got -1'],
  ['NaN', { duration: Number.NaN }, 'script.duration: expected a time in ms, 1 or more, got NaN'],
  ['for ever', { duration: Infinity }, 'script.duration: expected a time in ms, 1 or more, got Infinity'],
  ['a misspelt entry', { duration: 1, worker: [] }, 'script.worker: is not an option. Did you mean script.workers?'],
  ['no lives', { duration: 1, workers: {} }, 'script.workers: expected a list of behaviours, or a function'],
  [
    'a misspelt behaviour',
    { duration: 1, workers: [{}, { crash: { after: 1 } }] },
    'script.workers[1].crash: is not an option. Did you mean script.workers[1].crashes?',
  ],
  [
    'a crash at no time',
    { duration: 1, workers: [{ crashes: { code: 1 } }] },
    'script.workers[0].crashes: expected an object with after, code, signal and message; after must be given, got an object',
  ],
  [
    'a crash in the past',
    { duration: 1, workers: [{ crashes: { after: -5 } }] },
    'script.workers[0].crashes.after: expected a time in ms, 0 or more, got -5',
  ],
  [
    'a boot that takes no number',
    { duration: 1, workers: [{ listening: Number.NaN }] },
    'script.workers[0].listening: expected a time in ms, 0 or more, or false, got NaN',
  ],
  [
    'an unknown hang',
    { duration: 1, workers: [{ hangs: { after: 1, how: 'sleep' } }] },
    "script.workers[0].hangs.how: expected 'loop' or 'stopped' or 'blocked', got \"sleep\"",
  ],
  ['no behaviour', { duration: 1, workers: [1] }, 'script.workers[0]: expected a behaviour such as { crashes'],
  ['inputs that are no list', { duration: 1, inputs: {} }, 'script.inputs: expected a list of { at, input }'],
  ['an input that is no object', { duration: 1, inputs: ['restart'] }, 'script.inputs[0]: expected { at, input }'],
  [
    'an input that does not exist',
    { duration: 1, inputs: [{ at: 1, input: 'stop' }] },
    "script.inputs[0].input: expected a signal, 'restart'",
  ],
  ['no such size', { duration: 1, inputs: [{ at: 1, input: 'scale 0' }] }, 'script.inputs[0].input: expected a signal'],
  [
    'an input in the past',
    { duration: 1, inputs: [{ at: -1, input: 'restart' }] },
    'script.inputs[0].at: expected a time in ms, 0 or more, got -1',
  ],
  [
    'an input at no time',
    { duration: 1, inputs: [{ input: 'restart' }] },
    'script.inputs[0].at: expected a time in ms, 0 or more, got undefined',
  ],
];

test.for(wrong)('%s is one error before anything runs', ([, script, message]) => {
  let forks = 0;
  const workers = () => {
    forks += 1;
    return {};
  };
  const given = typeof script === 'object' ? { workers, ...script } : script;
  // As in JavaScript.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  expect(() => simulate({}, given as Script)).toThrow(message);
  expect(forks).toBe(0);
});

test('a wrong option is one error before anything runs', () => {
  expect(() => simulate({ worker: -1 }, { duration: 1 })).toThrow('worker: expected');
});

test('a function of the script that throws ends the simulation, with what it threw', () => {
  const mistake = new Error('a mistake');
  const workers = (_: unknown, fork: number): WorkerBehaviour => {
    if (fork === 2) throw mistake;
    return {};
  };
  const thrown = failureOf(() => simulate({ worker: 3 }, { duration: 1_000, workers }));
  expect(thrown).toMatchObject({
    message: 'script.workers: the function threw for fork 2, in slot 2: a mistake',
    cause: mistake,
  });
});

const returning = (value: unknown) => {
  // As in JavaScript.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  const workers = () => value as WorkerBehaviour;
  return failureOf(() => simulate({ worker: 1 }, { duration: 1_000, workers })).message;
};

test('a function that returns no behaviour, or a wrong one, ends the simulation', () => {
  expect(returning(undefined)).toContain('script.workers (fork 1): expected a behaviour such as');
  expect(returning({ leaves: 'soon' })).toBe(
    'script.workers (fork 1).leaves: expected a time in ms, 0 or more, got "soon"',
  );
});

test('every field of a behaviour has a rule', () => {
  // The fields of a feature have a test in its folder.
  const all: Required<Omit<WorkerBehaviour, keyof FeatureBehaviour>> = {
    online: 1,
    listening: 2,
    opens: [{ after: 3, port: 81 }],
    reusePort: true,
    saysReady: 2,
    leaves: 3,
    disconnects: 2,
    terminates: Infinity,
    crashes: { after: 50, code: 1, signal: 'SIGSEGV', message: 'no more' },
    says: [{ after: 5, messages: ['a'] }],
    walksOut: 60,
    terminated: 40,
    usage: () => ({}),
    report: () => ({}),
    spawns: true,
    replies: () => 1,
  };
  expect(simulate({ worker: 1 }, { duration: 100, workers: [all] }).events.length).toBeGreaterThan(5);
});

test('timers without end at the same time are stopped and reported', () => {
  const endless = policy(
    permanent(),
    concatMap((decision) =>
      timer(0).pipe(
        repeat(),
        mergeMap(() => NEVER),
        map(() => decision),
      ),
    ),
  );
  const thrown = failureOf(() =>
    simulate({ worker: 1, respawn: endless }, { duration: 1_000, workers: [{ crashes: { after: 5 } }] }),
  );
  expect(thrown).toMatchObject({ name: 'EndlessSimulationError' });
  expect(thrown.message).toMatch(/^the simulation was stopped: 100001 timers were due at 5 ms, one after the other/);
  expect(thrown.message).toMatch(/ {7}5 ms {2}worker 1 \(slot 1, pid 1001\) exited with code 1/);
});

test('too many events are stopped and reported', () => {
  const script = { duration: 3_600_000, workers: () => ({ crashes: { after: 1 } }), maxEvents: 1_000 };
  const config = { worker: 1, maxStartAttempts: Infinity, maxForkCount: 1_000_000, backoff: { max: 1 } };
  const thrown = failureOf(() => simulate(config, script));
  expect(thrown.message).toMatch(/^the simulation was stopped: more than 1000 events in \d+ ms\. If so many are right/);
  expect(thrown).toMatchObject({ events: { length: 1_001 } });
});

test('the time is real again after each simulation, however it ended', () => {
  for (const workers of [[], fail]) {
    try {
      simulate({ worker: 1 }, { duration: 10, workers });
    } catch {}
    expect(failureOf(() => timeIsVirtual())).toMatchObject({ message: 'the time is real' });
  }
});

test('a simulation inside another, or in a TestScheduler, is refused', () => {
  const nested = { duration: 10, workers: () => inner() };
  expect(() => simulate({ worker: 1 }, nested)).toThrow('expected real time, and a simulation or a TestScheduler');
  new TestScheduler(() => {}).run(() => {
    expect(() => simulate({ worker: 1 }, { duration: 10 })).toThrow('one virtual time cannot run inside another');
  });
  expect(simulate({ worker: 1 }, { duration: 10 }).ending).toBe('running');
});

test('the same script has the same events', () => {
  const script: Script = {
    duration: 600_000,
    workers: (_, fork) => (fork % 3 === 0 ? { crashes: { after: fork * 700 } } : {}),
    inputs: [{ at: 100_000, input: 'restart' }],
  };
  expect(simulate({ worker: 3 }, script).events).toEqual(simulate({ worker: 3 }, script).events);
});

test('a script may have 30,000 commands', () => {
  const names = ['pause 1', 'resume 1', 'pause 2', 'resume 2', 'restart'] as const;
  // A restart takes longer than a thousand of them, and they are one.
  const inputs = Array.from({ length: 30_000 }, (_, at) => ({ at, input: names[at % names.length] ?? 'restart' }));
  const { inputs: came, ending } = simulate({ worker: 2 }, { duration: 30_001, inputs });
  expect(came).toHaveLength(30_000);
  expect(ending).toBe('running');
});
