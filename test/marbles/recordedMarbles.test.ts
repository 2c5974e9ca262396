import { appendFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { ClusterEvent } from '../../src/index.js';
import { type RecordingMarblesOptions, toMarbles } from '../../src/marbles.js';
import type { EventDraft } from '../../src/vocabulary/events.js';
import { life, ref, stamped } from '../marbles.js';
import { folder, recordTo } from '../record/recordings.js';

// Times in pictures are those of the local zone.
process.env['TZ'] = 'UTC';

const second = 1_000;
const begin = new Date('2026-11-27T21:57:00Z').getTime();

const at = (seconds: number, draft: EventDraft): ClusterEvent => ({
  ...stamped(draft),
  time: begin + seconds * second,
  cluster: 'web',
});

/** The path of a recording of these events. */
const recorded = async (...events: readonly ClusterEvent[]): Promise<string> => {
  const path = join(folder(), 'web.jsonl');
  await recordTo(
    path,
    events.map((event, index) => Object.assign({}, event, { seq: index + 1 })),
  );
  return path;
};

/** Everything that is emitted, and how it ended. */
const drawn = (path: string, options?: RecordingMarblesOptions): readonly string[] => {
  const told: string[] = [];
  toMarbles(path, options).subscribe({
    next: (picture) => told.push(picture),
    error: ({ name }: Error) => told.push(name),
    complete: () => told.push('complete'),
  });
  return told;
};

const [one, two] = [life(), life(ref({ id: 2 }))];
const run = [
  at(0, one.f),
  at(1, one.r),
  at(2, one.a),
  at(30, { type: 'scale', from: 1, to: 2, why: 'scale()' }),
  at(31, two.f),
  at(40, one.x),
];

test('a recording is one picture, with all that it has', async () => {
  expect(drawn(await recorded(...run))).toEqual([
    [
      'web               21:57:00  21:57:10  21:57:20  21:57:30  21:57:40',
      'worker 1, slot 1  fra-------------------------------------|',
      'worker 2, slot 2                                 f---------',
      '',
      '21:57:30  from 1 to 2 workers: scale()',
      '',
      'f is forked · r is ready · a is available · | has left, as asked',
    ].join('\n'),
    'complete',
  ]);
});

test('between two moments it has the workers that ran before, and goes to the second one', async () => {
  const moments = { from: begin + 25 * second, to: new Date(begin + 35 * second) };
  const [picture = ''] = drawn(await recorded(...run), moments);
  expect(picture.split('\n').slice(0, 3)).toEqual([
    'web               21:57:25  21:57:27  21:57:29  21:57:31  21:57:33  21:57:35',
    'worker 1, slot 1  ---------------------------------------------------',
    'worker 2, slot 2                                f--------------------',
  ]);
});

test('it does not go beyond the last event: nobody knows what came then', async () => {
  const [picture = ''] = drawn(await recorded(...run), { from: begin + 38 * second, to: begin + 500 * second });
  expect(picture.split('\n').slice(0, 3)).toEqual([
    'web               57:38.000 57:38.500 57:39.000 57:39.500 57:40.000',
    'worker 1, slot 1  ----------------------------------------|',
    'worker 2, slot 2  -----------------------------------------',
  ]);
});

test('a recording that has nothing of that time completes at once', async () => {
  expect(drawn(await recorded(...run), { from: begin + 60 * second })).toEqual(['complete']);
  expect(drawn(await recorded(...run), { to: begin - second })).toEqual(['complete']);
});

test('what is before the damage is drawn, and then it errors', async () => {
  const path = await recorded(...run);
  appendFileSync(path, '{"torn\n{"torn again\n');
  const [picture, ...others] = drawn(path);
  expect(picture).toContain('worker 2, slot 2');
  expect(others).toEqual(['RecordingError']);
});

test('a master that was killed and started again counts its workers from 1', async () => {
  const again = [at(60, one.f), at(61, one.x), at(70, life(ref({ id: 1, generation: 2 })).f)];
  const [picture = ''] = drawn(await recorded(...run.slice(0, 3), ...again));
  expect(picture.split('\n').slice(1, 4)).toEqual([
    'worker 1, slot 1                                |',
    'worker 1, slot 1                                     f',
    'and 1 more worker',
  ]);
});

test.each([
  [{ from: NaN }, 'toMarbles.from: expected ms since the epoch or a valid Date, got neither'],
  [{ from: 2, to: 1 }, 'toMarbles.to: expected a moment after from, 1970-01-01T00:00:00.002Z, got 1970-01-01T00:00:00.001Z'],
  [{ width: 1 }, 'toMarbles.width: expected a whole number from 60 on, got 1'],
])('%j is refused', (options, message) => {
  expect(() => toMarbles('web.jsonl', options)).toThrow(message);
});
