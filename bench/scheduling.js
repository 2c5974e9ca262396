import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { each, together, worker } from './masters.js';
import { atLeast, interleave, row } from './pairs.js';
import { freePort } from './proxies/proxies.js';
import { policies } from './scheduling/policies.js';

/** A window of load, in ms; connections are those of each client process. */
const load = { ms: 500, connections: 8 };

/** What is recommended for which connections, and its goal beside the round robin of the minimal master. */
const kinds = {
  'keep-alive': { client: 'client.js', goals: { 'round-robin': 0.98 } },
  'a connection for each': { client: 'shortClient.js', goals: { none: 1.5 } },
};

const loaded = async (client, port) => {
  client.send({ ...load, port });
  const [rate] = await once(client, 'message');
  return rate;
};

const ratesOf = async ({ client }, title, policy, pairs) => {
  const clients = [1, 2].map(() => fork(join(import.meta.dirname, client)));
  const config = { schedulingPolicy: policy, env: { PORT: await freePort() } };
  const samples = await together({ exec: worker('http'), workers: 2, config }, (masters) => {
    const run = async (side) => {
      const rates = await Promise.all(clients.map((one) => loaded(one, masters[side].port)));
      return rates.reduce((sum, rate) => sum + rate, 0);
    };
    return interleave(title, pairs, each(run));
  });
  for (const one of clients) one.disconnect();
  return samples;
};

/** Requests a second with each `schedulingPolicy`, from two client processes to two workers; the minimal master has round robin. */
export const measure = async (pairs) => {
  const rows = [];
  for (const [kind, how] of Object.entries(kinds)) {
    for (const policy of policies) {
      const title = `HTTP requests, ${kind}, ${policy}`;
      const samples = await ratesOf(how, title, policy, pairs);
      const least = how.goals[policy];
      rows.push(row(title, samples, (rate) => rate, { unit: '/s', ...(least && { goal: atLeast(least) }) }));
    }
  }
  return rows;
};
