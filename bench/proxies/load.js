import { setMaxListeners } from 'node:events';
import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

/** A request without an answer after this is hung, in ms. */
const patience = 10_000;

const text = 'x'.repeat(2_000);

/** One request; resolves with what was wrong with it, if anything was. */
const ask = (port, agent, method) =>
  new Promise((resolve) => {
    const timer = setTimeout(() => {
      resolve('hung');
      sent.destroy();
    }, patience);
    const sent = request({ port, host: '127.0.0.1', agent, method }, (response) => {
      let body = '';
      response
        .setEncoding('utf8')
        .on('data', (part) => (body += part))
        .on('error', (error) => resolve(error.code ?? error.message))
        .on('end', () => {
          const { statusCode } = response;
          if (statusCode !== 200) resolve(`status ${statusCode}`);
          else resolve(method === 'GET' || body === text ? undefined : 'another body');
        });
    });
    sent.on('error', (error) => resolve(error.code ?? error.message)).on('close', () => clearTimeout(timer));
    sent.end(method === 'POST' ? text : undefined);
  });

/**
 * Clients that ask one after the other, each on a connection of its own to the proxy, which it keeps. `clients`: a function for each that returns how long it thinks, in ms.
 */
export const load = ({ port, clients }) => {
  const counts = { GET: { requests: 0, failed: 0 }, POST: { requests: 0, failed: 0 } };
  const kinds = {};
  const quit = new AbortController();
  setMaxListeners(0, quit.signal);

  const behave = async (think, index) => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    for (let turn = index; !quit.signal.aborted; turn += 1) {
      const method = turn % 2 === 0 ? 'GET' : 'POST';
      counts[method].requests += 1;
      const wrong = await ask(port, agent, method);
      if (wrong !== undefined) {
        counts[method].failed += 1;
        const kind = `${method}: ${wrong}`;
        kinds[kind] = (kinds[kind] ?? 0) + 1;
      }
      await wait(think(), undefined, { signal: quit.signal }).catch(() => {});
    }
    agent.destroy();
  };

  const all = clients.map(behave);
  /** Ends when every request has ended. */
  return async () => {
    quit.abort();
    await Promise.all(all);
    return { counts, kinds };
  };
};
