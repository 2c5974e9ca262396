import { once } from 'node:events';
import { createServer } from 'node:net';
import { createInterface } from 'node:readline';

/**
 * Counts the workers that listen. Each reports on a connection of its own, which ends with its process. The reports have the time,
 * because those of two workers may arrive in another order.
 */
export const takeCensus = async () => {
  const listening = new Set();
  /** Those that have listened, and whose process has not ended. */
  const present = new Set();
  const changes = [];
  /** The time of each worker from its start until it listened, and from when it stopped listening until its process had ended, in ms. */
  const boots = new Map();
  const drains = new Map();
  const change = (pid, listens, at) => {
    if (listening.has(pid) === listens) return;
    if (!listens) drains.set(pid, at);
    if (listens) listening.add(pid);
    else listening.delete(pid);
    changes.push({ at, by: listens ? 1 : -1 });
  };
  const server = createServer((socket) => {
    let own;
    createInterface({ input: socket }).on('line', (line) => {
      const said = JSON.parse(line);
      own = said.pid;
      present.add(own);
      if (said.listening) boots.set(own, said.age);
      change(own, said.listening, said.at);
    });
    socket
      .on('error', () => {})
      .on('close', () => {
        present.delete(own);
        change(own, false, Date.now());
        drains.set(own, Date.now() - drains.get(own));
      });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: server.address().port,
    listening,
    present,
    boots,
    drains,
    /** The fewest that listened at once since a time. */
    fewest: (since) => {
      let now = 0;
      let fewest = Infinity;
      for (const { at, by } of changes.toSorted((one, other) => one.at - other.at || other.by - one.by)) {
        if (at >= since) fewest = Math.min(fewest, now);
        now += by;
      }
      return Math.min(fewest, now);
    },
    end: () => server.close(),
  };
};
