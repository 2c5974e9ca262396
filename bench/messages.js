import { each, together, worker } from './masters.js';
import { atLeast, interleave, row } from './pairs.js';

const messages = 50_000;

/** One worker sends as fast as the channel takes it; counted in the master, by command. */
export const measure = (pairs) =>
  together({ exec: worker('messages'), workers: 1 }, async (masters) => {
    const samples = await interleave(
      'messages',
      pairs,
      each((side) => masters[side].ask('burst', { messages })),
    );
    return [
      row('messages counted in the master', samples, ({ rate }) => rate, { unit: '/s', goal: atLeast(0.95) }),
      row('CPU time of the master for a message', samples, ({ cpu }) => cpu, { digits: 2, unit: ' µs' }),
    ];
  });
