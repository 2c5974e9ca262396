import { map } from 'rxjs';
import { describe } from 'vitest';
import { leave, overstay, type Leaving, type Stop } from '../../src/operators/leave.js';
import { marbles, puppet } from '../marbles.js';

/** `g`: go; `h`: go, for another reason; `f`: be gone at once. */
const wishes: Readonly<Record<'g' | 'h' | 'f', Stop>> = {
  g: { force: false, why: 'asked' },
  h: { force: false, why: 'asked again' },
  f: { force: true, why: 'forced' },
};

const letters = () => map(({ type }: Leaving) => (type === 'retire' ? 't' : 'k'));

describe('leave', () => {
  marbles('asks a process, and kills it after the timeout', ({ hot, expectObservable, expectSubscriptions }) => {
    const { process, orders$ } = puppet();
    const stop = hot('     --g--------------', wishes);
    const stopSubs = '     ^----------------';
    const orders = '       --d--------k-----';
    const expected = '     --t--------k-----';
    const t: Leaving = { type: 'retire', why: 'asked' };
    const k: Leaving = { type: 'kill', signal: 'SIGKILL', why: 'still there 9 ms after it was asked to leave' };

    expectObservable(orders$).toBe(orders);
    expectObservable(stop.pipe(leave(process, 9))).toBe(expected, { t, k });
    expectSubscriptions(stop.subscriptions).toBe(stopSubs);
  });

  marbles('asks once: a second wish does not give it more time', ({ hot, expectObservable }) => {
    const { process, orders$ } = puppet();
    const stop = hot('     --g--h--g--------', wishes);
    const orders = '       --d--------k-----';
    const expected = '     --t--------k-----';

    expectObservable(orders$).toBe(orders);
    expectObservable(stop.pipe(leave(process, 9), letters())).toBe(expected);
  });

  marbles('kills at once when forced, and hears nothing more', ({ hot, expectObservable, expectSubscriptions }) => {
    const { process, orders$ } = puppet();
    const stop = hot('     --g--f--g--f-----', wishes);
    const stopSubs = '     ^----!-----------';
    const orders = '       --d--k-----------';
    const expected = '     --t--(k|)--------';
    const t: Leaving = { type: 'retire', why: 'asked' };
    const k: Leaving = { type: 'kill', signal: 'SIGKILL', why: 'forced' };

    expectObservable(orders$).toBe(orders);
    expectObservable(stop.pipe(leave(process, 9))).toBe(expected, { t, k });
    expectSubscriptions(stop.subscriptions).toBe(stopSubs);
  });

  marbles('does not ask who is to be gone at once', ({ hot, expectObservable, expectSubscriptions }) => {
    const { process, orders$ } = puppet();
    const stop = hot('     --f--g-----------', wishes);
    const stopSubs = '     ^-!--------------';
    const orders = '       --k--------------';
    const expected = '     --(k|)-----------';

    expectObservable(orders$).toBe(orders);
    expectObservable(stop.pipe(leave(process, 9), letters())).toBe(expected);
    expectSubscriptions(stop.subscriptions).toBe(stopSubs);
  });

  marbles('asks in the moment of subscription when the wish is an old one', ({ cold, expectObservable }) => {
    const { process, orders$ } = puppet();
    const stop = cold('    (gf)-------------', wishes);
    const orders = '       (dk)-------------';
    const expected = '     (tk|)------------';

    expectObservable(orders$).toBe(orders);
    expectObservable(stop.pipe(leave(process, 9), letters())).toBe(expected);
  });

  marbles('never kills where the timeout is Infinity', ({ hot, expectObservable }) => {
    const { process, orders$ } = puppet();
    const stop = hot('     --g------------', wishes);
    const orders = '       --d------------';
    const expected = '     --t------------';

    expectObservable(orders$).toBe(orders);
    expectObservable(stop.pipe(leave(process, Infinity), letters())).toBe(expected);
  });

  marbles('keeps the timeout when the wishes have ended', ({ hot, expectObservable, expectSubscriptions }) => {
    const { process, orders$ } = puppet();
    const stop = hot('     --g--|-----------', wishes);
    const stopSubs = '     ^----!-----------';
    const orders = '       --d--------k-----';
    const expected = '     --t--------(k|)--';

    expectObservable(orders$).toBe(orders);
    expectObservable(stop.pipe(leave(process, 9), letters())).toBe(expected);
    expectSubscriptions(stop.subscriptions).toBe(stopSubs);
  });

  marbles('passes on an error of the wishes, and kills nobody for it', ({ hot, expectObservable }) => {
    const { process, orders$ } = puppet();
    const stop = hot('     --g--#-----------', wishes);
    const orders = '       --d--------------';
    const expected = '     --t--#-----------';

    expectObservable(orders$).toBe(orders);
    expectObservable(stop.pipe(leave(process, 9), letters())).toBe(expected);
  });

  marbles(
    'does nothing more to a process whose follower has gone',
    ({ hot, expectObservable, expectSubscriptions }) => {
      const { process, orders$ } = puppet();
      const stop = hot('     --g----f---------', wishes);
      const stopSubs = '     ^----!-----------';
      const unsub = '        -----!-----------';
      const orders = '       --d--------------';
      const expected = '     --t--------------';

      expectObservable(orders$).toBe(orders);
      expectObservable(stop.pipe(leave(process, 9), letters()), unsub).toBe(expected);
      expectSubscriptions(stop.subscriptions).toBe(stopSubs);
    },
  );
});

describe('overstay', () => {
  marbles('kills a process that leaves on its own after the timeout, unasked', ({ hot, expectObservable }) => {
    const { process, orders$ } = puppet();
    const leaving = hot('  --l--------');
    const orders = '       -------k---';
    const expected = '     -------k---';
    const k: Leaving = { type: 'kill', signal: 'SIGKILL', why: 'still there 5 ms after it began to leave' };

    expectObservable(orders$).toBe(orders);
    expectObservable(leaving.pipe(overstay(process, 5))).toBe(expected, { k });
  });

  marbles('gives it no more time for saying so again', ({ hot, expectObservable }) => {
    const { process, orders$ } = puppet();
    const leaving = hot('  --l--l-----');
    const orders = '       -------k---';

    expectObservable(orders$).toBe(orders);
    expectObservable(leaving.pipe(overstay(process, 5), letters())).toBe(orders);
  });

  marbles('does nothing more once nobody follows', ({ hot, expectObservable, expectSubscriptions }) => {
    const { process, orders$ } = puppet();
    const leaving = hot('  --l--------');
    const leavingSubs = '  ^---!------';
    const unsub = '        ----!------';

    expectObservable(orders$).toBe('');
    expectObservable(leaving.pipe(overstay(process, 5)), unsub).toBe('');
    expectSubscriptions(leaving.subscriptions).toBe(leavingSubs);
  });
});
