import { map, type OperatorFunction, Subject, timer } from 'rxjs';
import { TestScheduler } from 'rxjs/testing';
import { describe, expect, test } from 'vitest';
import type { ClusterEvent } from '../../src/index.js';
import { type MarblesOptions, toMarbles } from '../../src/marbles.js';
import { rehearse, simulatedHost, type WorkerBehaviour } from '../../src/testing.js';
import type { EventDraft } from '../../src/vocabulary/events.js';
import { life, marbles, ref, stamped } from '../marbles.js';

// Times in pictures are those of the local zone.
process.env['TZ'] = 'UTC';

const at = (time: number, draft: EventDraft, cluster = 'web'): ClusterEvent => ({ ...stamped(draft), time, cluster });

const second = 1_000;

/** The picture of these events, which come together and are all. */
const pictureOf = (events: readonly ClusterEvent[], options: MarblesOptions = {}): string => {
  const events$ = new Subject<ClusterEvent>();
  let last = '';
  events$.pipe(toMarbles(options)).subscribe((picture) => {
    last = picture;
  });
  for (const event of events) events$.next(event);
  events$.complete();
  return last;
};

const rowsOf = (picture: string) => picture.split('\n').filter((line) => /^(worker|SIG)/.test(line));

/** Numbers instead of pictures. */
const counted = (): OperatorFunction<string, string> => map((_, index) => String(index + 1));

/** The pictures of a simulated cluster that gets these signals. */
const rehearsed = (
  behave: (fork: number) => WorkerBehaviour,
  signals: Readonly<Record<string, number>>,
): readonly string[] => {
  const pictures: string[] = [];
  new TestScheduler(expect.unreachable).run(() => {
    const host = simulatedHost({ behave: (_, fork) => behave(fork) });
    for (const [signal, time] of Object.entries(signals)) timer(time).subscribe(() => host.raise(signal));
    rehearse(host, { worker: 2, name: 'web', backoff: { jitter: 0 } })
      .pipe(toMarbles())
      .subscribe((picture) => pictures.push(picture));
  });
  return pictures;
};

const usual = { online: 100, listening: 2 * second };

describe('what is drawn', () => {
  test('a crash and a restart have the signs of all diagrams, and clock times', () => {
    const signals = { SIGUSR2: 50 * second, SIGTERM: 100 * second };
    const pictures = rehearsed((fork) => (fork === 2 ? { ...usual, crashes: { after: 40 * second } } : usual), signals);
    expect(pictures.at(-1)).toBe(
      [
        'web               00:00:00  00:00:20  00:00:40  00:01:00  00:01:20  00:01:40',
        'SIGUSR2           -------------------------!',
        'SIGTERM           --------------------------------------------------!',
        'worker 1, slot 1  ra------------------------|',
        'worker 2, slot 2  ra------------------x',
        'worker 3, slot 2                      oa------|',
        'worker 4, slot 1                           oa-----------------------|',
        'worker 5, slot 2                            ora---------------------|',
        '',
        '00:00:40  slot 2 gets a new worker in 100 ms (early exits: 1 of 100)',
        '00:00:50  restart asked for by SIGUSR2',
        '          restart 1 begins with slot 1',
        '          slot 1 gets a new worker beside the old one',
        '00:00:52  slot 1 is served by worker 4 (slot 1, pid 1004) now',
        '          slot 2 gets a new worker beside the old one',
        '00:00:56  slot 2 is served by worker 5 (slot 2, pid 1005) now',
        '          restart 1 done',
        '00:01:40  shutdown: SIGTERM',
        '          the last worker has left; ran for 100 s',
        '',
        'o is online · r is ready · a is available · | has left, as asked ·',
        'x has exited, unasked',
      ].join('\n'),
    );
  });

  test('what a row has no sign for is a sentence below, in the order of the times', () => {
    const { f, r, a } = life();
    const lacks = [{ address: null, port: 8081, addressType: 4 }] as const;
    const picture = pictureOf([
      at(0, f),
      at(1 * second, { type: 'signal', signal: 'SIGHUP', action: 'reopen' }),
      at(2 * second, { ...r, why: 'not on *:8081', lacks }),
      at(3 * second, a),
      at(4 * second, { type: 'scale', from: 1, to: 2, why: 'scale()' }),
    ]);
    expect(picture.split('\n').filter((line) => /^\d/.test(line))).toEqual([
      '00:00:01  the log files are opened again: SIGHUP',
      '00:00:02  worker 1 (slot 1, pid 1001) is ready: not on *:8081',
      '00:00:04  from 1 to 2 workers: scale()',
    ]);
  });

  test('the columns are as short as all of it fits into the width', () => {
    const pictures = rehearsed(() => usual, { SIGTERM: 20 * second });
    expect([1, 6, 18].map((seconds) => pictures[seconds]?.split('\n').slice(0, 2))).toEqual([
      [
        'web               00:00.000 00:00.200 00:00.400 00:00.600 00:00.800 00:01.000',
        'worker 1, slot 1  f----o---------------------------------------------',
      ],
      [
        'web               00:00:00  00:00:01  00:00:02  00:00:03  00:00:04  00:00:05',
        'worker 1, slot 1  fo---------r------------------a------------------------------',
      ],
      ['web               00:00:00  00:00:05  00:00:10  00:00:15', 'worker 1, slot 1  o-r---a------------------------------'],
    ]);
  });

  test('a worker that was forked before the first event is drawn from the first column on', () => {
    const other = life(ref({ id: 2, slot: 2 }));
    expect(rowsOf(pictureOf([at(0, other.f), at(2 * second, life().t), at(5 * second, life().x)]))).toEqual([
      'worker 2, slot 2  f--------------------------------------------------',
      'worker 1, slot 1  --------------------t-----------------------------|',
    ]);
  });

  test('what happened before the last minutes is forgotten, except that a worker still runs', () => {
    const [one, two, three] = [life(), life(ref({ id: 2 })), life(ref({ id: 3 }))];
    const picture = pictureOf([
      at(0, one.f),
      at(1 * second, { type: 'scale', from: 0, to: 2, why: 'forgotten' }),
      at(2 * second, two.f),
      at(3 * second, one.x),
      at(390 * second, two.t),
      at(400 * second, three.f),
    ]);
    expect(picture.split('\n')).toEqual([
      'web               00:01:40  00:02:30  00:03:20  00:04:10  00:05:00  00:05:50',
      'worker 2, slot 2  ----------------------------------------------------------t--',
      'worker 3, slot 3                                                              f',
      '',
      'f is forked · t is asked to leave',
    ]);
  });

  test('each cluster has its own picture, all with the same columns', () => {
    const { f, a } = life();
    expect(pictureOf([at(0, f, 'web'), at(second, f, 'jobs'), at(20 * second, a, 'web')]).split('\n')).toEqual([
      'web               00:00:00  00:00:05  00:00:10  00:00:15  00:00:20',
      'worker 1, slot 1  f---------------------------------------a',
      '',
      'jobs              00:00:00  00:00:05  00:00:10  00:00:15  00:00:20',
      'worker 1, slot 1    f--------------------------------------',
      '',
      'f is forked · a is available',
    ]);
  });

  test('a worker that is killed is marked as such, also where its exit is in the same column', () => {
    const { f, t, k, x } = life();
    const events = [at(0, f), at(60 * second, t), at(90 * second, k), at(90 * second + 20, x)];
    expect(rowsOf(pictureOf(events))).toEqual(['worker 1, slot 1  f-----------------------------t--------------k']);
  });

  test('as SVG it is one document', () => {
    const svg = pictureOf([at(0, life().f), at(second, life().r)], { as: 'svg' });
    expect(svg).toMatch(/^<svg [^]*<title>web, 00:00:00 to [^]*<title>worker 1 is ready: 00:01\.000<\/title>[^]*<\/svg>\n$/);
  });

  test('messages, samples, and errors that belong to no cluster are not drawn', () => {
    const { f, m } = life();
    const orphan = at(second, { type: 'error', error: { name: 'Error', message: 'a subscriber', stack: '' } }, '');
    expect(pictureOf([at(0, f), at(second, m), orphan])).not.toMatch(/m is|subscriber/);
  });

  test('a long sentence of several lines is wrapped at the width', () => {
    const error = { name: 'Error', message: `first line\nsecond ${'line '.repeat(20)}`, stack: '' };
    const lines = pictureOf([at(0, { type: 'error', error })], { width: 60 }).split('\n');
    expect(Math.max(...lines.map(({ length }) => length))).toBeLessThanOrEqual(60);
    expect(lines.slice(2, 4)).toEqual([
      '00:00.000  first line second line line line line line line',
      `           ${'line '.repeat(10).trim()}`,
    ]);
  });
});

describe('limits', () => {
  test('workers that left first have no row, and those that run keep theirs', () => {
    const crashes = Array.from({ length: 10 }, (_, index) => {
      const { f, c } = life(ref({ id: index + 2, slot: 2 }));
      return [at((index + 1) * second, f), at((index + 1) * second + 500, c)];
    }).flat();
    const picture = pictureOf([at(0, life().f), ...crashes], { rows: 3 });
    expect(rowsOf(picture).map((row) => row.split(',')[0])).toEqual(['worker 1', 'worker 10', 'worker 11']);
    expect(picture).toContain('\nand 8 more workers\n');
  });

  test('the last decisions are shown', () => {
    const events = Array.from({ length: 30 }, (_, index) =>
      at(index * second, { type: 'scale', from: index, to: index + 1, why: 'asked' }),
    );
    const picture = pictureOf(events, { decisions: 2 });
    expect(picture.match(/from \d+ to/g)).toEqual(['from 28 to', 'from 29 to']);
  });

  test('a clock that is set back moves nothing', () => {
    const { f, r, t } = life();
    const picture = pictureOf([at(7_200_000, f), at(7_200_000 + 10 * second, r), at(10 * second, t)]);
    expect(rowsOf(picture)).toEqual(['worker 1, slot 1  f-------------------------------------------------t']);
    // From then on it is the time of the clock.
    expect(picture).toMatch(/^web +00:00:00 .*00:00:10\n/);
  });
});

describe('when it emits', () => {
  const { f, r } = life();

  marbles('at most once in a time, and on and on while the cluster runs', ({ hot, expectObservable }) => {
    const values = { a: at(0, f), b: at(1, r), c: at(12, { type: 'end', why: 'asked', after: 12 }) };
    expectObservable(hot('a(bb)-------c----------', values).pipe(toMarbles({ every: 4 }), counted())).toBe(
      '1---2---3---4---',
    );
  });

  marbles('a last time before the end, or an error', ({ cold, expectObservable }) => {
    const values = { a: at(0, f), b: at(2, r) };
    expectObservable(cold('a-b|', values).pipe(toMarbles(), counted())).toBe('1--(2|)');
    expectObservable(cold('a-b#', values).pipe(toMarbles(), counted())).toBe('1--(2#)');
    expectObservable(cold<ClusterEvent>('--|').pipe(toMarbles(), counted())).toBe('--|');
  });

  marbles('never after it is unsubscribed', ({ hot, expectObservable, expectSubscriptions }) => {
    const events$ = hot('a-----', { a: at(0, f) });
    expectObservable(events$.pipe(toMarbles({ every: 2 }), counted()), '^---!').toBe('1-2---');
    expectSubscriptions(events$.subscriptions).toBe('^---!');
  });

  marbles('with a clock, events of the past are drawn where they were', ({ hot, expectObservable }) => {
    const events$ = hot('a-|', { a: at(0, f) });
    const row$ = events$.pipe(
      toMarbles({ now: () => 10 * second }),
      map((picture) => rowsOf(picture)[0] ?? ''),
    );
    expectObservable(row$).toBe('a-|', {
      a: `worker 1, slot 1  f${'-'.repeat(50)}`,
    });
  });
});

test.each([
  [null, 'toMarbles: expected options, or the path of a recording, got null'],
  [{ width: 10 }, 'toMarbles.width: expected a whole number from 60 on, got 10'],
  [{ every: Infinity }, 'toMarbles.every: expected a whole number from 1 to 2147483647, got Infinity'],
  [{ as: 'png' }, "toMarbles.as: expected 'text' or 'svg', got 'png'"],
  [{ now: 5 }, 'toMarbles.now: expected a function that returns the time of day, got 5'],
  [{ colour: true }, 'toMarbles.colour: is not an option. Expected one of as, width, last, every, rows, decisions, now'],
])('%j is refused', (options, message) => {
  // What JavaScript can pass.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  expect(() => toMarbles(options as MarblesOptions)).toThrow(message);
});
