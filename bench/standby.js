import { setTimeout } from 'node:timers/promises';
import { together, worker } from './masters.js';
import { interleave, ownAtMost, row } from './pairs.js';

/** How long what has just booted, on any side, settles before the next kill, in ms. */
const settled = 200;

/** From SIGKILL of one of two workers until the standby worker listens that takes its slot, beside a respawn by the minimal master. */
export const measure = (pairs) =>
  together({ exec: worker('http'), workers: 2, config: { minUptime: 0, standby: 1 } }, async (masters) => {
    const kill = (side, ask) => async () => {
      await setTimeout(settled);
      return masters[side].ask(ask);
    };
    const samples = await interleave('standby', pairs, {
      minimal: kill('minimal', 'kill'),
      proteus: kill('proteus', 'standby'),
      again: kill('again', 'kill'),
    });
    return [
      row('SIGKILL until the standby worker listens', samples, ({ ms }) => ms, {
        digits: 1,
        unit: ' ms',
        goal: ownAtMost(10, ' ms'),
      }),
    ];
  });
