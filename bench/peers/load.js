import { Agent, get } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

const clients = 50;
/** Between an answer and the next request, in ms: any time from 0 to this. */
const think = 40;
/** A request without an answer after this is hung, in ms. */
const patience = 10_000;

/** One request: resolves with what was wrong with it, if anything was. */
const ask = (port, agent) =>
  new Promise((resolve) => {
    const request = get({ port, host: '127.0.0.1', agent, timeout: patience }, (response) => {
      let body = '';
      response.setEncoding('utf8');
      response
        .on('data', (text) => (body += text))
        .on('error', (error) => resolve(error.code))
        .on('end', () => {
          if (response.statusCode !== 200) resolve(`status ${response.statusCode}`);
          else resolve(response.complete && body.endsWith('\n') ? undefined : 'cut short');
        });
    });
    const hung = setTimeout(() => {
      resolve('hung');
      request.destroy();
    }, patience);
    request.on('error', (error) => resolve(error.code ?? error.message)).on('close', () => clearTimeout(hung));
  });

/** Clients that ask one after the other, each on its own connection: one that is kept, or a new one for every request. */
export const put = ({ port, keepAlive }) => {
  const agents = Array.from({ length: clients }, () => new Agent({ keepAlive, maxSockets: 1 }));
  const failures = [];
  let requests = 0;
  let slowest = 0;
  const quit = new AbortController();

  const behave = async (agent) => {
    while (!quit.signal.aborted) {
      requests += 1;
      const sent = performance.now();
      const wrong = await ask(port, agent);
      const took = performance.now() - sent;
      slowest = Math.max(slowest, took);
      if (wrong !== undefined) failures.push({ sent, wrong });
      if (!quit.signal.aborted) await wait(Math.random() * think);
    }
  };

  const all = agents.map(behave);
  return {
    /** How many requests have been sent so far. */
    sent: () => requests,
    /** Resolves when every request that was sent has ended one way or the other. */
    end: async () => {
      quit.abort();
      await Promise.all(all);
      for (const agent of agents) agent.destroy();
      const kinds = {};
      for (const { wrong } of failures) kinds[wrong] = (kinds[wrong] ?? 0) + 1;
      return { requests, failed: failures.length, failures, kinds, slowest: Math.round(slowest) };
    },
  };
};
