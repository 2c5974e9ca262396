import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { each, together, worker } from './masters.js';
import { atLeast, interleave, row } from './pairs.js';

/** A window of load, in ms; connections are those of each client process. */
const load = { ms: 500, connections: 8 };

const clients = () => [1, 2].map(() => fork(join(import.meta.dirname, 'client.js')));

const loaded = async (client, port) => {
  client.send({ ...load, port });
  const [rate] = await once(client, 'message');
  return rate;
};

/** Requests a second on keep-alive connections, from two client processes to two workers. */
export const measure = (pairs) =>
  together({ exec: worker('http'), workers: 2 }, async (masters) => {
    const both = clients();
    const run = async (side) => {
      const rates = await Promise.all(both.map((client) => loaded(client, masters[side].port)));
      return rates.reduce((sum, rate) => sum + rate, 0);
    };
    const samples = await interleave('http', pairs, each(run));
    for (const client of both) client.disconnect();
    return [row('HTTP requests', samples, (rate) => rate, { unit: '/s', goal: atLeast(0.98) })];
  });
