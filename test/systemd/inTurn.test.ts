import { map, tap, timer } from 'rxjs';
import { expect } from 'vitest';
import { inTurn } from '../../src/systemd/inTurn.js';
import type { Notification } from '../../src/systemd/notifications.js';
import { marbles } from '../marbles.js';

const given: Readonly<Record<string, Notification>> = {
  a: { STATUS: 'a' },
  b: { STATUS: 'b' },
  w: { WATCHDOG: '1' },
  R: { READY: '1', STATUS: 'c' },
  L: { RELOADING: '1', MONOTONIC_USEC: '42' },
};

const slow = (notification: Notification) => timer(4).pipe(map(() => notification));

marbles('what comes meanwhile is merged', ({ hot, expectObservable }) => {
  const source = hot(' a-bwa----b--|');
  const merged = { ...given, m: { STATUS: 'a', WATCHDOG: '1' } };
  const expected = '   ----a---m----(b|)';

  expectObservable(
    source.pipe(
      map((letter) => given[letter] ?? {}),
      inTurn(slow),
    ),
  ).toBe(expected, merged);
});

marbles('READY and RELOADING keep their order', ({ hot, expectObservable }) => {
  const source = hot(' aRLaR-----------------|', given);
  const merged = { ...given, A: { RELOADING: '1', MONOTONIC_USEC: '42', STATUS: 'a' } };
  const expected = '   ----a---R---A---R-----|';

  expectObservable(source.pipe(inTurn(slow))).toBe(expected, merged);
});

marbles(
  'a service manager that reads nothing costs no memory: eight wait at most',
  ({ hot, expectObservable, flush }) => {
    let sent = 0;
    const source = hot('RLRLRLRLRLRLRLRLRLRLRLRLRLRLRLRLRLRLRLRLRLRLR|', given);
    const send = (notification: Notification) =>
      timer(1000).pipe(
        map(() => notification),
        tap(() => (sent += 1)),
      );
    expectObservable(source.pipe(inTurn(send)), '1ms !').toBe('-');
    source.pipe(inTurn(send)).subscribe();
    flush();
    expect(sent).toBe(9);
  },
);
