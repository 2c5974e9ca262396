import { Agent, request } from 'node:http';
import { setTimeout } from 'node:timers/promises';
import { onTestFinished } from 'vitest';

/** From an answer to the next request of a client, in ms: the machine is there for the hosts, too. */
const pause = 50;

/** Requests one after the other to each port, on connections that are kept and on new ones, until `stop`. */
export interface Load {
  readonly stop: () => Promise<{ readonly answered: number; readonly failed: readonly string[] }>;
}

export const load = (ports: readonly number[]): Load => {
  const stopped = new AbortController();
  let answered = 0;
  const failed: string[] = [];
  const agents = ports.map(() => new Agent({ keepAlive: true, maxSockets: 1 }));
  onTestFinished(() => {
    stopped.abort();
    for (const agent of agents) agent.destroy();
  });
  const ask = async (port: number, agent: Agent | false) => {
    while (!stopped.signal.aborted) {
      try {
        // oxlint-disable-next-line no-await-in-loop
        await get(port, agent);
        answered += 1;
        // oxlint-disable-next-line no-await-in-loop
        await setTimeout(pause);
      } catch (error) {
        failed.push(`${port}${agent === false ? '' : ', kept'}: ${String(error)}`);
      }
    }
  };
  const clients = ports.flatMap((port, at) => [ask(port, false), ask(port, agents[at] ?? false)]);
  return {
    stop: async () => {
      stopped.abort();
      await Promise.all(clients);
      return { answered, failed };
    },
  };
};

const get = (port: number, agent: Agent | false): Promise<void> =>
  new Promise((resolve, reject) => {
    request({ host: '127.0.0.1', port, agent }, (response) => {
      response.resume().once('end', resolve).once('error', reject);
      if (response.statusCode !== 200) reject(new Error(`status ${response.statusCode}`));
    })
      .once('error', reject)
      .end();
  });
