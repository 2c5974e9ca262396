import { describe, expect, test } from 'vitest';
import { type WorkerBehaviour, simulatedHost } from '../../../src/testing.js';
import { hour } from '../../marbles.js';
import { sentenceOf } from '../../../src/features/recycle/sentence.js';
import { told } from './told.js';

const second = 1_000;
const minute = 60 * second;
const day = 24 * hour;
const mega = 2 ** 20;

/** A worker listens after 2 ms and is available after 12. The first sample comes a second later. */
const every = (behaviour: WorkerBehaviour) => simulatedHost({ behave: () => behaviour });
const sound = () => every({});
const usage = (megabytes: (age: number) => number): WorkerBehaviour => ({
  usage: (age) => ({ rss: megabytes(age) * mega }),
});
const answers = (perSecond: number): WorkerBehaviour => ({
  report: (age) => ({
    requests: { inFlight: 0, completed: (age / second) * perSecond, latency: { counts: [], sum: 0 } },
  }),
});
/** The first workers are sound, the others crash at boot. */
const onlyFirst = (workers: number) =>
  simulatedHost({ behave: (_, fork) => (fork > workers ? { crashes: { after: 1 } } : {}) });

const memory = { recycle: { memory: '200M' } } as const;
const nightly = { worker: 3, recycle: { at: '0 3 * * *', timezone: 'UTC' } };
const three = 3 * hour;

describe('memory', () => {
  test('a worker is recycled when five samples in a row are above the limit', () => {
    const host = every(usage((age) => (age < 100 * second ? 100 : 300)));
    expect(told(host, { worker: 1, ...memory }, 110 * second)).toEqual([
      '104012 worker 1 for memory 314572800',
      '104012 restart of slot 1',
      '104025 replaced 1',
    ]);
  });

  test('four in a row are not enough, however often', () => {
    const host = every(usage((age) => (Math.floor(age / second) % 5 === 0 ? 200 : 300)));
    expect(told(host, { worker: 1, ...memory }, hour)).toEqual([]);
  });

  test('a limit that every worker reaches at boot leads to longer and longer pauses', () => {
    const host = every(usage(() => 300));
    expect(told(host, { worker: 1, ...memory }, 10 * minute).filter((line) => line.includes('memory'))).toEqual([
      '5012 worker 1 for memory 314572800, early 1',
      // Five samples, a pause of a minute, and five samples again.
      '75024 worker 2 for memory 314572800, early 2',
      '205036 worker 3 for memory 314572800, early 3',
      '455048 worker 4 for memory 314572800, early 4',
    ]);
  });

  test('after a worker that takes longer the pauses begin anew', () => {
    const late = (age: number) => (age < 90 * second ? 100 : 300);
    const host = simulatedHost({ behave: (_, fork) => usage((age) => (fork === 2 ? late(age) : 300)) });
    expect(told(host, { worker: 1, ...memory }, 170 * second).filter((line) => line.includes('memory'))).toEqual([
      '5012 worker 1 for memory 314572800, early 1',
      '99024 worker 2 for memory 314572800',
      '104036 worker 3 for memory 314572800, early 1',
    ]);
  });

  test('during the pause the age still counts, and the log blames the other limit', () => {
    const host = every(usage(() => 300));
    const recycle = { memory: '200M', age: 2 * minute, jitter: 0 } as const;
    expect(told(host, { worker: 1, recycle }, 6 * minute).filter((line) => line.includes(' for '))).toEqual([
      '5012 worker 1 for memory 314572800, early 1',
      '75024 worker 2 for memory 314572800, early 2',
      // The pause would be two minutes from 80024 on.
      '195024 worker 3 for age 120000, early 3',
      '315024 worker 4 for age 120000, early 4',
    ]);
    expect(sentenceOf({ type: 'recycle', why: 'age', value: 2 * minute, limit: 2 * minute, early: 3 })).toBe(
      'has run for 2 min, its limit by recycle.age is 2 min, and is to be replaced. It reached another limit within 1 min. If every worker does, raise that limit: the next one in this slot is kept for 4 min',
    );
  });

  test('a worker that needs less again during the pause stays', () => {
    const host = simulatedHost({ behave: (_, fork) => usage((age) => (fork === 1 || age < 20 * second ? 300 : 100)) });
    expect(told(host, { worker: 1, ...memory }, hour)).toHaveLength(3);
  });
});

describe('age', () => {
  test('30 days are longer than the longest timer', () => {
    const lines = told(sound(), { worker: 1, recycle: { age: 30 * day, jitter: 0 } }, 61 * day);
    expect(lines.filter((line) => line.includes('age'))).toEqual([
      `${30 * day} worker 1 for age ${30 * day}`,
      `${60 * day} worker 2 for age ${30 * day}`,
    ]);
  });

  test('jitter makes the age of each worker different', () => {
    const draws = [0, 0.5, 0.25];
    const host = simulatedHost({ random: () => draws.shift() ?? 0.5 });
    const lines = told(host, { worker: 3, recycle: { age: hour, jitter: 0.2 } }, 1.2 * hour);
    expect(lines.filter((line) => line.includes('age'))).toEqual([
      `${0.8 * hour} worker 1 for age ${0.8 * hour}`,
      `${0.9 * hour} worker 3 for age ${0.9 * hour}`,
      `${hour} worker 2 for age ${hour}`,
    ]);
  });

  test('workers that are due in the same moment are replaced one at a time, with a pause', () => {
    expect(told(sound(), { worker: 2, recycle: { age: hour, jitter: 0.1 } }, 1.5 * hour)).toEqual([
      '3600000 worker 1 for age 3600000',
      '3600000 restart of slot 1',
      '3600000 worker 2 for age 3600000',
      '3600013 replaced 1',
      '3606013 restart of slot 2',
      '3606026 replaced 2',
    ]);
  });

  test('without jitter there is no pause', () => {
    const lines = told(sound(), { worker: 2, recycle: { age: hour, jitter: 0 } }, 1.5 * hour);
    expect(lines.slice(-2)).toEqual(['3600013 restart of slot 2', '3600026 replaced 2']);
  });

  test('where the replacement fails the worker stays, and the next attempt comes after a minute, then two, four …', () => {
    expect(told(onlyFirst(1), { worker: 1, recycle: { age: hour } }, hour + 8 * minute)).toEqual([
      '3600000 worker 1 for age 3600000',
      '3600000 restart of slot 1',
      '3600001 kept 1',
      '3660001 worker 1 for age 3660001',
      '3660001 restart of slot 1',
      '3660002 kept 1',
      '3780002 worker 1 for age 3780002',
      '3780002 restart of slot 1',
      '3780003 kept 1',
      '4020003 worker 1 for age 4020003',
      '4020003 restart of slot 1',
      '4020004 kept 1',
    ]);
  });

  test('the longest pause is an hour', () => {
    const lines = told(onlyFirst(1), { worker: 1, recycle: { age: hour } }, 24 * hour);
    const times = lines.filter((line) => line.includes('kept')).map((line) => Number.parseInt(line, 10));
    const pauses = times.slice(1).map((time, index) => time - (times[index] ?? 0));
    expect(pauses.slice(0, 7)).toEqual([1, 2, 4, 8, 16, 32, 60].map((minutes) => minutes * minute + 1));
    expect(Math.max(...pauses)).toBe(hour + 1);
  });

  test('a restart of all that fails also leads to a pause', () => {
    const lines = told(onlyFirst(2), { worker: 2, recycle: { age: hour } }, hour + 30 * second, {
      [hour - second]: 'SIGUSR2',
    });
    expect(lines).toEqual(['3599000 restart', '3599001 kept 1,2']);
  });
});

describe('requests', () => {
  test('a worker is recycled when it has answered so many', () => {
    const host = every(answers(10));
    expect(told(host, { worker: 1, recycle: { requests: 1_000 } }, 150 * second)[0]).toBe(
      '100012 worker 1 for requests 1000.12',
    );
  });

  test('a limit that is reached within a minute leads to longer and longer pauses', () => {
    const lines = told(every(answers(1_000)), { worker: 1, recycle: { requests: 1_000 } }, 6 * minute);
    expect(lines.filter((line) => line.includes('requests')).map((line) => line.split(' ')[0])).toEqual([
      '1012',
      '63024',
      '185036',
    ]);
  });
});

describe('at', () => {
  test('all workers are replaced one after the other', () => {
    expect(told(sound(), nightly, 4 * hour)).toEqual([
      `${three} worker 1 for at ${three}`,
      `${three} restart of slot 1`,
      `${three} worker 2 for at ${three}`,
      `${three} worker 3 for at ${three}`,
      `${three + 13} replaced 1`,
      `${three + 6_013} restart of slot 2`,
      `${three + 6_026} replaced 2`,
      `${three + 12_026} restart of slot 3`,
      `${three + 12_039} replaced 3`,
    ]);
  });

  test('when the replacement of one fails the others stay until the next time', () => {
    const lines = told(onlyFirst(3), nightly, day + 4 * hour);
    expect(lines.filter((line) => /restart|kept/.test(line))).toEqual([
      `${three} restart of slot 1`,
      `${three + 1} kept 1`,
      `${day + three} restart of slot 1`,
      `${day + three + 1} kept 1`,
    ]);
  });

  test('where each round fails the times within the pause are left out', () => {
    const recycle = { at: '* * * * * *', timezone: 'UTC' } as const;
    const host = simulatedHost({ behave: (_, fork) => (fork > 1 && fork < 6 ? { crashes: { after: 1 } } : {}) });
    const lines = told(host, { worker: 1, recycle }, 16 * minute);
    expect(lines.filter((line) => line.includes('kept'))).toEqual([
      '1001 kept 1',
      '62001 kept 1',
      '183001 kept 1',
      '424001 kept 1',
    ]);
    // After one that succeeds each time counts again; what is left is the pause between two workers.
    expect(lines.filter((line) => line.includes('replaced')).slice(0, 2)).toEqual([
      '905013 replaced 1',
      '911026 replaced 1',
    ]);
  });

  test('a restart of all meanwhile is enough', () => {
    const lines = told(sound(), nightly, 4 * hour, { [three + second]: 'SIGUSR2' });
    expect(lines.slice(4)).toEqual([
      `${three + 13} replaced 1`,
      `${three + second} restart`,
      `${three + second + 39} replaced 1,2,3`,
    ]);
  });

  test('during a restart nobody is recycled', () => {
    const host = every({ listening: 500 });
    const lines = told(host, nightly, 4 * hour, { [three - 700]: 'SIGUSR2' });
    const [end = '', ...after] = lines.slice(lines.findIndex((line) => line.endsWith('replaced 1,2,3')));
    expect(lines.slice(0, lines.indexOf(end))).toEqual([
      `${three - 700} restart`,
      expect.stringMatching(/^10800000 worker 4 for at/),
      expect.stringMatching(/^10800000 worker 2 for at/),
      expect.stringMatching(/^10800000 worker 3 for at/),
    ]);
    // The one that was new by then has its turn.
    expect(after.map((line) => line.replace(/^\d+ /, ''))).toEqual(['restart of slot 1', 'replaced 1']);
  });

  test('a shutdown ends it', () => {
    const lines = told(sound(), nightly, 4 * hour, { [three + second]: 'SIGINT' });
    expect(lines.at(-1)).toBe(`${three + 13} replaced 1`);
  });

  test('a slot that is closed before its turn is left out', () => {
    const lines = told(sound(), nightly, 4 * hour, { [three + second]: 'SIGTTOU' });
    expect(lines.at(-1)).toBe(`${three + 6_026} replaced 2`);
  });

  test('a worker that waits for its turn is not asked for again', () => {
    const host = every({ listening: 50 * second });
    const lines = told(host, { worker: 2, recycle: { at: '*/1 * * * *' } }, 2.5 * minute);
    expect(lines.filter((line) => line.includes('worker 2'))).toHaveLength(1);
  });
});

test.each(['temporary', 'transient', 'permanent'] as const)(
  'with respawn: %j a worker is replaced first',
  (respawn) => {
    expect(told(sound(), { worker: 1, respawn, recycle: { age: hour } }, 1.1 * hour).at(-1)).toBe('3600013 replaced 1');
  },
);

test('without the option nothing happens', () => {
  expect(told(every(usage(() => 8_000)), {}, 40 * day)).toEqual([]);
});
