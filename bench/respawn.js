import { each, together, worker } from './masters.js';
import { atMost, interleave, row } from './pairs.js';

/** From SIGKILL of one of two workers until its replacement listens. `minUptime: 0` is a respawn without a delay, as in the minimal master. */
export const measure = (pairs) =>
  together({ exec: worker('http'), workers: 2, config: { minUptime: 0 } }, async (masters) => {
    const samples = await interleave(
      'respawn',
      pairs,
      each((side) => masters[side].ask('kill')),
    );
    return [
      row('SIGKILL until the replacement listens', samples, ({ ms }) => ms, {
        digits: 1,
        unit: ' ms',
        goal: atMost(1.15),
      }),
    ];
  });
