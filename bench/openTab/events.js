import { describeEvent } from 'proteus-cluster';

const cluster = 'shop';
const slots = 8;
/** Workers of these slots crash again and again. Those of the others live from one restart to the next, and are sampled. */
const crashing = [5, 6, 7, 8];
/** Crashes between two restarts: at 1,000 events a second, a restart every five seconds or so. */
const crashesBetween = 700;

const error = {
  name: 'Error',
  message: 'connect ECONNREFUSED 127.0.0.1:5432',
  stack: `Error: connect ECONNREFUSED 127.0.0.1:5432\n${'    at TCPConnectWrap.afterConnect (node:net:1611:16)\n'.repeat(8)}`,
  code: 'ECONNREFUSED',
};
const address = { address: '127.0.0.1', port: 8080, addressType: 4 };

/** A cluster of which only the events exist: crashes, respawns and restarts without an end. `next` is its next event as a line of the method `live`, `samples` are its workers, once a second. */
export const endlessCluster = () => {
  const began = Date.now();
  let [id, lastWorker, roll, crashes] = [0, 0, 0, 0];
  const worker = (slot, generation) => {
    lastWorker += 1;
    return { id: lastWorker, slot, generation, pid: 10_000 + (lastWorker % 50_000), cluster };
  };
  const bySlot = Array.from({ length: slots }, (_, at) => {
    const first = worker(at + 1, 1);
    return { worker: first, since: began, completed: 0, cpu: 0, restarts: 0, crashes: 0 };
  });

  const stamped = (draft) => {
    id += 1;
    return { type: draft.type, time: Date.now(), seq: id, cluster, ...draft };
  };

  /** A worker takes the place of that of the slot. */
  function* started(slot, why) {
    const place = bySlot[slot - 1];
    const next = worker(slot, place.worker.generation + 1);
    yield { type: 'fork', worker: next, why };
    yield { type: 'online', worker: next };
    yield { type: 'listening', worker: next, address };
    yield { type: 'ready', worker: next, why: 'listens on 127.0.0.1:8080' };
    yield { type: 'available', worker: next, after: 20 };
    Object.assign(place, { worker: next, since: Date.now(), completed: 0, cpu: 0 });
  }

  function* crash(slot) {
    const place = bySlot[slot - 1];
    const left = place.worker;
    const uptime = Date.now() - place.since;
    crashes += 1;
    place.crashes += 1;
    yield {
      type: 'exit',
      worker: left,
      code: 1,
      signal: null,
      requested: false,
      reason: 'crash',
      uptime,
      cause: error,
    };
    yield { type: 'backoff', slot, worker: left, delay: 50, charged: true, spent: 3, limit: 10 };
    yield* started(slot, 'respawn');
  }

  function* restart() {
    roll += 1;
    const requests = [`restart-${roll}`];
    const all = bySlot.map(({ worker: { slot } }) => slot);
    yield { type: 'restart', request: requests[0], why: 'restart()' };
    yield { type: 'restart-begin', roll, requests, slots: all };
    for (const slot of all) {
      const place = bySlot[slot - 1];
      const old = place.worker;
      const uptime = Date.now() - place.since;
      yield { type: 'replace-begin', roll, slot, overlap: true };
      yield* started(slot, 'roll');
      yield { type: 'retire', worker: old, why: `restart ${roll}` };
      yield { type: 'replace-end', roll, slot, worker: place.worker };
      place.restarts += 1;
      yield { type: 'exit', worker: old, code: 0, signal: null, requested: true, reason: 'requested', uptime };
    }
    yield { type: 'restart-end', roll, requests, result: { cluster, roll, outcome: 'done', replaced: all, kept: [] } };
  }

  function* endless() {
    for (;;) {
      for (let done = 0; done < crashesBetween; done += 1) yield* crash(crashing[done % crashing.length]);
      yield* restart();
    }
  }
  const drafts = endless();

  return {
    next: () => {
      const event = stamped(drafts.next().value);
      const [level, text] = describeEvent(event) ?? ['debug', event.type];
      return { id, line: JSON.stringify({ id, level, text, event }) };
    },
    samples: () =>
      bySlot
        .filter(({ worker: { slot } }) => !crashing.includes(slot))
        .map((place) => {
          place.completed += 200;
          place.cpu += 300;
          return JSON.stringify({
            type: 'stats',
            time: Date.now(),
            seq: 0,
            cluster,
            worker: place.worker,
            uptime: Date.now() - place.since,
            usage: { state: 'running', rss: 80e6 + Math.random() * 5e6, cpu: place.cpu },
            report: reportOf(place),
            age: 0,
          });
        }),
    status: () => ({
      cluster,
      phase: 'running',
      size: slots,
      ready: slots,
      startedAt: began,
      restarts: roll,
      crashes,
      slots: bySlot.map((place) => ({
        slot: place.worker.slot,
        state: 'running',
        generation: place.worker.generation,
        restarts: place.restarts,
        crashes: place.crashes,
        workers: [
          { ...place.worker, state: 'available', since: place.since, forkedAt: place.since, listens: [address] },
        ],
      })),
      standby: [],
      decisions: [],
    }),
  };
};

const buckets = 18;

const reportOf = ({ since, completed }) => ({
  uptime: Date.now() - since,
  eventLoop: { utilization: 0.2 + Math.random() * 0.2, delay: { mean: 1, p50: 1, p99: 3, max: 5 } },
  heap: { used: 40e6, total: 60e6, limit: 2e9 },
  requests: {
    inFlight: 2,
    completed,
    latency: { counts: Array.from({ length: buckets }, (_, at) => (at === 4 ? completed : 0)), sum: completed * 8 },
  },
  connections: 4,
});
