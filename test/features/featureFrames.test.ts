import { concat, EMPTY, NEVER, of } from 'rxjs';
import { expect, test } from 'vitest';
import { featureFrames } from '../../src/features/featureFrames.js';
import type { Process, ProcessEvent } from '../../src/host/host.js';
import { ref } from '../marbles.js';

const slotRef = { cluster: 'test', slot: 1, generation: 1 };

/** A process that says something for a feature, and what it has been told. */
const talking = (id: number) => {
  const told: unknown[] = [];
  const process: Process = {
    id,
    pid: 1000 + id,
    disconnect: () => {},
    tell: (...args) => told.push(args),
    kill: () => {},
    usage$: EMPTY,
    sample$: EMPTY,
    stack$: EMPTY,
    inspected: false,
  };
  const events: readonly ProcessEvent[] = [
    { type: 'fork', process },
    { type: 'frame', feature: 'one', body: 'hello' },
    { type: 'frame', feature: 'two', body: 'else' },
  ];
  return { told, events };
};

test('an epic hears the frames of its feature, with the worker, and every event passes', () => {
  const { follow, of: exchange } = featureFrames();
  const { frames$ } = exchange('one');
  const heard: unknown[] = [];
  const passed: string[] = [];
  frames$.subscribe((frame) => heard.push(frame));
  const { events } = talking(1);
  concat(events, NEVER)
    .pipe(follow(slotRef))
    .subscribe(({ type }) => passed.push(type));
  expect(heard).toEqual([{ worker: ref(), body: 'hello' }]);
  expect(passed).toEqual(['fork', 'frame', 'frame']);
});

test('an epic tells a worker, as long as its process is there', () => {
  const { follow, of: exchange } = featureFrames();
  const { tell } = exchange('one');
  const { told, events } = talking(1);
  const running = concat(events, NEVER).pipe(follow(slotRef)).subscribe();
  tell({ id: 1 }, 'a');
  tell({ id: 2 }, 'b');
  running.unsubscribe();
  tell({ id: 1 }, 'c');
  expect(told).toEqual([['one', 'a']]);
});

test('a process that is unsubscribed inside its fork is not kept', () => {
  const { follow, of: exchange } = featureFrames();
  const { told, events } = talking(1);
  const [fork] = events;
  if (fork === undefined) return;
  of(fork).pipe(follow(slotRef)).subscribe();
  exchange('one').tell({ id: 1 }, 'a');
  expect(told).toEqual([]);
});
