import { config } from 'rxjs';
import { expect, test, vi } from 'vitest';
import { broadcast } from '../../../src/operators/general/broadcast.js';
import { isReporting, subscribingFor } from '../../../src/operators/general/reports.js';
import { marbles } from '../../marbles.js';

marbles('a subscriber gets the values from its subscription on', ({ hot, expectObservable }) => {
  const source = hot('  -a-b-c-d-');
  const early = '       ^----!---';
  const late = '        ---^-----';

  const source$ = broadcast<string>();
  expectObservable(source$, early).toBe('-a-b-----');
  expectObservable(source$, late).toBe(' ---b-c-d-');
  source.subscribe(source$.next);
});

test('a subscriber added during an emission gets the next value first, and one that was removed gets no more', () => {
  const source$ = broadcast<number>();
  const received: string[] = [];
  const first = source$.subscribe((value) => {
    received.push(`first ${value}`);
    if (value > 1) return;
    source$.subscribe((later) => received.push(`third ${later}`));
    second.unsubscribe();
  });
  const second = source$.subscribe((value) => received.push(`second ${value}`));
  source$.next(1);
  source$.next(2);
  first.unsubscribe();
  source$.next(3);
  expect(received).toEqual(['first 1', 'first 2', 'third 2', 'third 3']);
});

test('an unsubscribed subscriber is removed', () => {
  vi.useFakeTimers();
  const source$ = broadcast<number>();
  const stopped: unknown[] = [];
  config.onStoppedNotification = (notification) => stopped.push(notification);
  source$.subscribe().unsubscribe();
  source$.next(1);
  vi.runAllTimers();
  config.onStoppedNotification = null;
  vi.useRealTimers();
  expect(stopped).toEqual([]);
});

test('a report is delivered to all subscribers except the culprit', () => {
  const culprit = {};
  const received: string[] = [];
  const source$ = broadcast<string>((value) => (value === 'failure' ? culprit : undefined));
  subscribingFor(culprit, () => source$.subscribe((value) => received.push(`culprit ${value}`)));
  source$.subscribe((value) => received.push(`other ${value} ${isReporting()}`));
  source$.next('failure');
  source$.next('success');
  expect(received).toEqual(['other failure true', 'culprit success', 'other success false']);
});
