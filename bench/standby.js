import { together, worker } from './masters.js';
import { interleave, ownAtMost, row } from './pairs.js';

/** From SIGKILL of one of two workers until the standby worker listens that takes its slot, beside a respawn by the minimal master. */
export const measure = (pairs) =>
  together({ exec: worker('http'), workers: 2, config: { minUptime: 0, standby: 1 } }, async (masters) => {
    const samples = await interleave('standby', pairs, {
      minimal: () => masters.minimal.ask('kill'),
      proteus: () => masters.proteus.ask('standby'),
      again: () => masters.again.ask('kill'),
    });
    return [
      row('SIGKILL until the standby worker listens', samples, ({ ms }) => ms, {
        digits: 1,
        unit: ' ms',
        goal: ownAtMost(10, ' ms'),
      }),
    ];
  });
