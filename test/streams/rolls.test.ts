import { concat, filter, map, NEVER, of } from 'rxjs';
import { describe } from 'vitest';
import type { CoreEvent, EventDraft } from '../../src/vocabulary/events.js';
import { clusterState } from '../../src/state/clusterState.js';
import { is } from '../../src/api/is.js';
import { rolls$ } from '../../src/streams/rolls.js';
import { marbles } from '../marbles.js';
import { clusterOptions } from '../clusterOptions.js';

const stamp = { time: 0, seq: 0, cluster: 'test' };
const asked = (request: string): CoreEvent => ({ type: 'restart', request, why: 'asked', ...stamp });
const over = (type: 'restart-end' | 'restart-abort', roll: number): CoreEvent => ({
  type,
  roll,
  requests: [],
  result: { outcome: 'done', replaced: [], kept: [] },
  ...stamp,
});
const events: Readonly<Record<string, CoreEvent>> = {
  r: asked('r'),
  s: asked('s'),
  t: asked('t'),
  1: over('restart-end', 1),
  2: over('restart-abort', 2),
};
/** A roll that begins is drawn as those who asked for it. */
const drawn = map((draft: EventDraft) => (draft.type === 'restart-begin' ? draft.requests.join('') : draft.type));
/** Nobody tells this state of a roll, so that each only begins. */
const state$ = concat(of(clusterState(2).state), NEVER);

describe('rolls$', () => {
  marbles(
    'begins when requested; requests during it wait for the end and share the next',
    ({ hot, expectObservable }) => {
      const source = hot('     r--s-t--1-----2--r', events);
      const expected = '       a-------b--------c';

      const result = rolls$(clusterOptions(), { on: (type) => source.pipe(filter(is(type))), state$ }).pipe(drawn);
      expectObservable(result).toBe(expected, { a: 'r', b: 'st', c: 'r' });
    },
  );

  marbles(
    'takes requests for one slot in their turn: they share only with those for the same slot',
    ({ hot, expectObservable }) => {
      const source = hot('     r-(nso)-1---2----', {
        ...events,
        n: { ...asked('n'), slot: 2 },
        o: { ...asked('o'), slot: 2 },
      });
      const expected = '       a-------b---c----';

      const result = rolls$(clusterOptions(), { on: (type) => source.pipe(filter(is(type))), state$ }).pipe(drawn);
      expectObservable(result).toBe(expected, { a: 'r', b: 'no', c: 's' });
    },
  );

  marbles('is not over when another roll is', ({ hot, expectObservable }) => {
    const source = hot('     r--s---2--1', events);
    const expected = '       a---------b';

    const result = rolls$(clusterOptions(), { on: (type) => source.pipe(filter(is(type))), state$ }).pipe(drawn);
    expectObservable(result).toBe(expected, { a: 'r', b: 's' });
  });

  marbles(
    'emits nothing after it is unsubscribed in the middle of a roll',
    ({ hot, expectObservable, expectSubscriptions }) => {
      const source = hot('     r--s---1--', events);
      const once = '           ^----!----';
      const expected = '       a---------';

      const result = rolls$(clusterOptions(), { on: (type) => source.pipe(filter(is(type))), state$ }).pipe(drawn);
      expectObservable(result, once).toBe(expected, { a: 'r' });
      expectSubscriptions(source.subscriptions).toBe([once, once, once]);
    },
  );
});
