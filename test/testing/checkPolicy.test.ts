import { ignoreElements, repeat, switchMap, throttleTime, timer } from 'rxjs';
import { expect, test } from 'vitest';
import { type ClusterEvent, is } from '../../src/index.js';
import { backoff, permanent, policy } from '../../src/policy.js';
import {
  checkPolicy,
  CounterexampleError,
  expectNeverFewerReady,
  expectRecoveredWithin,
  type Fault,
  type PolicyCheck,
  simulate,
  type Simulation,
} from '../../src/testing.js';

const counterexampleOf = (options: PolicyCheck): CounterexampleError => {
  try {
    checkPolicy(options);
  } catch (thrown) {
    if (thrown instanceof CounterexampleError) return thrown;
    throw thrown;
  }
  throw new Error('expected a counterexample');
};

/** A mistake: it should delay a respawn that comes within a second of another, and drops it. */
const forgetful = policy(permanent(), backoff({ initial: 100, max: 1_000 }), throttleTime(1_000));

test('where everything holds, the number of runs is returned, and how many events of each type were seen', () => {
  const checked = checkPolicy({ config: { worker: 2 }, holds: () => {}, runs: 20, seed: 3 });
  expect(checked).toMatchObject({ runs: 20, seed: 3 });
  expect(checked.seen['fork']).toBeGreaterThan(60);
  expect(checked.seen['backoff']).toBeGreaterThan(5);
});

test('a mistake of a policy is found, with the seed, the smallest script as code and a picture', () => {
  const { message } = counterexampleOf({
    config: { worker: 2, respawn: forgetful },
    faults: ['crash', 'early crash'],
    runs: 1_000,
    holds: (simulation) => expectRecoveredWithin(simulation, 30_000),
  });
  expect(message).toMatchInlineSnapshot(`
    "what must hold does not, in run 7 with the seed 1. The smallest script that was found, after 32 steps:

    simulate(config, {
      duration: 600_000,
      workers: [
        { crashes: { after: 1, code: 1 } },
        { crashes: { after: 1 } },
      ],
    });

    expected slot 2 to recover within 30000 ms from its crash at 1 ms, and at 30001 ms it had not

           1 ms  worker 1 (slot 1, pid 1001) is online
           1 ms  worker 1 (slot 1, pid 1001) has disconnected
           1 ms  worker 1 (slot 1, pid 1001) exited with code 1
           1 ms  slot 1 has lost worker 1 (slot 1, pid 1001), which exited with code 1
           1 ms  slot 1 gets a new worker in 100 ms (early exits: 1)
           1 ms  worker 2 (slot 2, pid 1002) is online
           1 ms  worker 2 (slot 2, pid 1002) has disconnected
           1 ms  worker 2 (slot 2, pid 1002) exited with code 1
           1 ms  slot 2 has lost worker 2 (slot 2, pid 1002), which exited with code 1
         101 ms  worker 3 (slot 1, pid 1003) forked (respawn)

    from 1 ms, a column is 1000 ms:
    diagram
                      0         10        20        30        40        50
    worker 1, slot 1  x
    worker 2, slot 2  x
    worker 3, slot 1  ra----------------------------------------------------------

    decisions
       0  slot 1 gets a new worker in 100 ms (early exits: 1)"
  `);
});

test('the script of a counterexample fails again', () => {
  const config = { worker: 2, maxSurge: 0 };
  const found = counterexampleOf({ config, holds: (simulation) => expectNeverFewerReady(simulation, 2) });
  expect(() => expectNeverFewerReady(simulate(config, found.script), 2)).toThrow(
    String(found.cause).slice(0, 60).replace('ExpectationError: ', ''),
  );
});

const find = (seed: number) =>
  counterexampleOf({ config: { worker: 2 }, seed, holds: ({ events }) => events.length < 60 }).message;

test('the same seed finds the same, and another one something else', () => {
  expect(find(5)).toBe(find(5));
  expect(find(5)).not.toBe(find(6));
});

const first = (holds: PolicyCheck['holds']) => {
  const { message, cause } = counterexampleOf({ config: { worker: 1 }, holds });
  return { paragraphs: message.split('\n\n').slice(0, 3), cause };
};

test('a text that is returned, false, and anything that is thrown say that something does not hold', () => {
  const script = 'simulate(config, {\n  duration: 600_000,\n});';
  const found = expect.stringMatching(/^what must hold does not, in run 1 with the seed 1\. The smallest script/);
  expect(first(() => 'too slow')).toMatchObject({ paragraphs: [found, script, 'too slow'] });
  expect(first(() => false)).toMatchObject({ paragraphs: [found, script, 'holds returned false'] });
  const mistake = new RangeError('too far');
  const throwing = () => {
    throw mistake;
  };
  expect(first(throwing)).toMatchObject({ paragraphs: [found, script, 'too far'], cause: mistake });
});

test('a simulation that does not end is a counterexample', () => {
  const endless = policy(
    permanent(),
    switchMap(() => timer(0).pipe(repeat(), ignoreElements())),
  );
  const { message } = counterexampleOf({ config: { worker: 1, respawn: endless }, faults: ['crash'], holds: () => {} });
  expect(message).toMatch(/the simulation was stopped: \d+ timers were due at 1 ms/);
});

test('only what is asked for is drawn', () => {
  const exits = new Map<string, number>();
  const count = (simulation: Simulation) => {
    const reasons = simulation.events.filter(is('exit')).map(({ reason }) => reason);
    for (const reason of reasons) exits.set(reason, (exits.get(reason) ?? 0) + 1);
    expect(simulation.inputs.every(({ input }) => input === 'SIGUSR2')).toBe(true);
  };
  const { seen } = checkPolicy({
    config: { worker: 2 },
    faults: ['cannot start'],
    inputs: ['SIGUSR2'],
    runs: 50,
    holds: count,
  });
  expect([...exits.keys()].toSorted()).toEqual(['requested', 'spawn']);
  expect(seen['signal']).toBeGreaterThan(20);
  const quiet = checkPolicy({ config: { worker: 2 }, faults: [], inputs: [], runs: 10, holds: () => {} });
  expect(quiet.seen).toEqual({
    fork: 20,
    online: 20,
    listening: 20,
    ready: 20,
    started: 10,
    available: 20,
    stable: 20,
  });
});

const marks: Readonly<Record<Fault, (events: readonly ClusterEvent[]) => boolean>> = {
  'cannot start': (events) => events.some((event) => event.type === 'exit' && event.reason === 'spawn'),
  'slow boot': (events) => events.some(({ type, time }) => type === 'started' && time > 1_000),
  'never listens': (events) => events.some(({ type }) => type === 'overdue'),
  'early crash': (events) =>
    events.some((event) => event.type === 'exit' && event.reason === 'crash' && event.uptime <= 1_000),
  crash: (events) =>
    events.some((event) => event.type === 'exit' && event.reason === 'crash' && event.uptime > 100_000),
  hang: (events) => events.some(({ type }) => type === 'hung'),
  leaves: (events) => events.some((event) => event.type === 'leaving' && event.why === 'disconnected'),
  SIGTERM: (events) => events.some(({ type }) => type === 'replace-request'),
  'slow exit': (events) => events.some((event) => event.type === 'end' && event.after > 500),
  'never exits': (events) => events.some(({ type }) => type === 'kill'),
  'broken release': (events) => events.some(({ type }) => type === 'give-up'),
};

test.for(Object.keys(marks))('the fault %s is drawn', (fault) => {
  let runs = 0;
  checkPolicy({
    config: { worker: 1, disconnectTimeout: 20_000 },
    // The keys are faults.
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    faults: [fault as Fault],
    inputs: ['restart', 'shutdown'],
    runs: 60,
    holds: ({ events }) => {
      // oxlint-disable-next-line typescript/no-unsafe-type-assertion
      runs += Number(marks[fault as Fault](events));
    },
  });
  expect(runs).toBeGreaterThan(0);
});

const wrong: readonly (readonly [string, object, string])[] = [
  ['a wrong option of the cluster', { config: { worker: -1 } }, 'worker: expected a whole number'],
  ['no config', { config: undefined }, 'checkPolicy.config: expected an object'],
  ['no function', { holds: undefined }, 'checkPolicy.holds: expected a function of a simulation, got undefined'],
  ['no runs', { runs: 0 }, 'checkPolicy.runs: expected a whole number, 1 or more, got 0'],
  ['a seed', { seed: 1.5 }, 'checkPolicy.seed: expected a whole number, got 1.5'],
  ['no time', { duration: -1 }, 'checkPolicy.duration: expected a whole number, 1 or more, got -1'],
  ['a fault', { faults: ['crashes'] }, 'checkPolicy.faults: expected a list of some of crash, early crash'],
  ['an input', { inputs: ['stop'] }, 'checkPolicy.inputs: expected a list of'],
  ['a misspelt option', { run: 5 }, 'checkPolicy.run: is not an option. Did you mean checkPolicy.runs?'],
];

test.for(wrong)('%s is one error before anything runs', ([, options, message]) => {
  let simulated = 0;
  const holds = () => {
    simulated += 1;
  };
  expect(() => checkPolicy({ config: {}, holds, ...options })).toThrow(message);
  expect(simulated).toBe(0);
});
