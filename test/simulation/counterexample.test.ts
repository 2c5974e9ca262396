import { describe, expect, test } from 'vitest';
import { checkDiagramText } from '../../src/testing/diagrams/checkDiagram.js';
import { type Counterexample, counterexample, readSchedule, scheduleText } from './counterexample.js';
import { fixedFeatureRules } from './features.js';
import { run } from './run.js';
import { schedule, type Schedule } from './schedule.js';
import { type Check, CounterexampleError, verify } from './verify.js';

/** The features that `fixedFeatureRules` switch on, off. One that has been removed is not among them. */
const off = Object.fromEntries(
  Object.entries({ leader: false, standby: 0, health: false, stats: false }).filter(
    ([name]) => name in fixedFeatureRules,
  ),
);

const plain = (rest: Partial<Schedule>): Schedule => ({
  rules: {
    worker: 2,
    maxSurge: 1,
    maxBooting: 'any',
    ready: 'listening',
    respawn: 'permanent',
    maxForkCount: 5,
    minUptime: 30,
    backoff: { initial: 4, factor: 2, max: 9, jitter: 0 },
    disconnectTimeout: 20,
    readyTimeout: 20,
    minReadyTime: 2,
    ...fixedFeatureRules,
    ...off,
  },
  workers: [],
  others: {},
  commands: [],
  sizes: [],
  until: 60,
  random: 0.5,
  ...rest,
});

const saved = (rest: Partial<Schedule>): Counterexample => counterexample(run(plain(rest)), 'wrong: something', 7);

const noThird: Check = ({ forked }) => (forked.length > 2 ? `twoForks: ${forked.length} forks` : undefined);

/** Neither the drawing nor the check throws. */
const draws: Check = (history) =>
  counterexample(history, 'any: thing', 1).diagram.includes('\ndecisions\n') ? undefined : 'no decisions';

describe('a counterexample is saved as a diagram', () => {
  test('that comes out as it is drawn, with options, lives, and commands at their times', () => {
    const { name, diagram } = saved({
      workers: [{ crashes: { after: 10 } }, { leaves: 5 }],
      commands: [{ act: 'restart', at: 25, late: false }],
    });
    expect(name).toBe('wrong-7');
    expect(() => checkDiagramText(diagram)).not.toThrow();
    expect(diagram).toMatchInlineSnapshot(`
      "# wrong-7

      wrong: something.
      The rows and decisions are what the master did. Correct what is wrong in them: as a diagram of marbles/ they are what is expected.
      Played as a diagram it comes out as it is drawn.
      The schedule is in wrong-7.json.

      options
        worker 2
        maxSurge 1
        ready listening
        respawn permanent
        maxForkCount 5
        minUptime 30
        backoff {"initial":4,"factor":2,"max":9,"jitter":0}
        disconnectTimeout 20
        readyTimeout 20
        minReadyTime 2
        health false

      diagram
                        0         10        20        30        40        50        60
      restart           -------------------------!
      shutdown          ------------------------------------------------------------!
      worker 1, slot 1  for-a-----x
      worker 2, slot 2  for-a-----------------------------t----|
      worker 3, slot 1                for-a----------t|
      worker 4, slot 1                           for-a------------------------------t|
      worker 5, slot 2                                for-a-------------------------t|

      decisions
         2  2 workers are ready after 2 ms
        10  slot 1 gets a new worker in 4 ms (early exits: 1 of 5)
        25  restart asked for by restart()
        25  restart 1 begins with slot 1
        25  slot 1 gets a new worker beside the old one
        29  slot 1 is served by worker 4 (slot 1, pid 1004) now
        30  slot 2 gets a new worker beside the old one
        34  slot 2 is served by worker 5 (slot 2, pid 1005) now
        39  restart 1 done
        60  shutdown: shutdown
        61  the last worker has left; ran for 61 ms
            complete
      "
    `);
  });

  test('and says in prose what the format cannot say', () => {
    const { diagram } = saved({
      rules: { ...plain({}).rules, respawn: 'retry', ready: 'message' },
      others: { saysReady: 2 },
      workers: [{ saysReady: 2, terminated: 10 }],
      sizes: [{ wait: 3, says: 3 }],
      commands: [
        { act: 'restart', on: 'fork', nth: 2 },
        { act: 'SIGUSR2', at: 9, late: true },
        { act: 'unsubscribe', at: 30, late: false },
      ],
    });
    expect(diagram.split('\n').filter((line) => line.startsWith('The format'))).toMatchInlineSnapshot(`
      [
        "The format cannot say: the option respawn is "retry".",
        "The format cannot say: the option worker is an observable that says [ { "wait": 3, "says": 3 } ].",
        "The format cannot say: unsubscribe at 30 ms.",
        "The format cannot say: restart comes inside the second fork.",
        "The format cannot say: SIGUSR2 at 9 ms comes after all else of that ms.",
        "The format cannot say: worker 1 has { "saysReady": 2, "terminated": 10 }.",
        "The format cannot say: worker 2 has { "saysReady": 2 }.",
        "The format cannot say: worker 3 has { "saysReady": 2 }.",
        "The format cannot say: worker 4 has { "saysReady": 2 }.",
        "The format cannot say: worker 5 has { "saysReady": 2 }.",
        "The format cannot say: worker 6 has { "saysReady": 2 }.",
        "The format cannot say: worker 7 has { "saysReady": 2 }.",
        "The format cannot say: worker 8 has { "saysReady": 2 }.",
      ]
    `);
    expect(diagram).toMatch(/^Played as a diagram it does not come out as it is drawn: /m);
  });

  test('beside its schedule, which can be read again, with Infinity', () => {
    const given = plain({ workers: [{ leaves: Infinity }] });
    const { json } = saved({ workers: [{ leaves: Infinity }] });
    expect(json).toContain('"leaves": "Infinity"');
    expect(readSchedule(json)).toEqual({ ...given, rules: JSON.parse(JSON.stringify(given.rules)) });
  });

  test('when it has been shrunk, and the saved schedule fails in the same way', () => {
    let error: unknown;
    try {
      verify(schedule, 100, noThird, 40);
    } catch (thrown) {
      error = thrown;
    }
    const found = error instanceof CounterexampleError ? error.found : undefined;
    expect(found?.name).toBe('twoForks-40');
    expect(noThird(run(readSchedule(found?.json ?? '')))).toBe('twoForks: 3 forks');
  });

  test('whatever the schedule is', () => {
    expect(verify(schedule, 50, draws, 11)).toBe(50);
    expect(scheduleText({ a: Infinity })).toContain('"Infinity"');
  });
});
