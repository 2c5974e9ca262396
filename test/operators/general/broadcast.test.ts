import { config } from 'rxjs';
import { expect, test, vi } from 'vitest';
import { broadcast } from '../../../src/operators/general/broadcast.js';
import { isReporting, subscribingFor } from '../../../src/operators/general/reports.js';
import { marbles } from '../../marbles.js';

marbles('whoever listens hears what is told from then on', ({ hot, expectObservable }) => {
  const source = hot('  -a-b-c-d-');
  const early = '       ^----!---';
  const late = '        ---^-----';

  const told = broadcast<string>();
  expectObservable(told, early).toBe('-a-b-----');
  expectObservable(told, late).toBe(' ---b-c-d-');
  source.subscribe(told.next);
});

test('who begins to listen while something is told hears from the next on, and who lets go hears no more', () => {
  const told = broadcast<number>();
  const heard: string[] = [];
  const first = told.subscribe((value) => {
    heard.push(`first ${value}`);
    if (value > 1) return;
    told.subscribe((later) => heard.push(`third ${later}`));
    second.unsubscribe();
  });
  const second = told.subscribe((value) => heard.push(`second ${value}`));
  told.next(1);
  told.next(2);
  first.unsubscribe();
  told.next(3);
  expect(heard).toEqual(['first 1', 'first 2', 'third 2', 'third 3']);
});

test('who has let go is forgotten', () => {
  vi.useFakeTimers();
  const told = broadcast<number>();
  const inVain: unknown[] = [];
  config.onStoppedNotification = (notification) => inVain.push(notification);
  told.subscribe().unsubscribe();
  told.next(1);
  vi.runAllTimers();
  config.onStoppedNotification = null;
  vi.useRealTimers();
  expect(inVain).toEqual([]);
});

test('whoever a value reports on does not hear it; the others do', () => {
  const culprit = {};
  const heard: string[] = [];
  const told = broadcast<string>((value) => (value === 'failure' ? culprit : undefined));
  subscribingFor(culprit, () => told.subscribe((value) => heard.push(`culprit ${value}`)));
  told.subscribe((value) => heard.push(`other ${value} ${isReporting()}`));
  told.next('failure');
  told.next('success');
  expect(heard).toEqual(['other failure true', 'culprit success', 'other success false']);
});
