// Shows what happens in a fleet until Ctrl-C: how many hosts it has, each step of its restarts, and what the workers of all hosts log, in the order of time.
import { randomUUID } from 'node:crypto';
import { inOrderOfTime, natsStore, rolls$, viewLines, watchFleet } from 'proteus-cluster/fleet';
import { distinctUntilChanged, map, merge, mergeMap, switchMap } from 'rxjs';

/** A line that arrives up to so many ms after a later one is still shown before it. */
const hold = 500;
const options = { servers: process.env.NATS ?? '127.0.0.1:4222', name: 'example' };

const restarts = (store) =>
  rolls$(store).pipe(
    map(({ service, record, problem }) => {
      const states = record?.hosts.map(({ host, state }) => `${host} ${state}`).join(', ');
      return `restart of ${service}: ${problem ?? (record === undefined ? 'deleted' : `${record.phase}, ${states}`)}`;
    }),
  );

const hosts = (store) =>
  watchFleet(store).pipe(
    map(
      (fleet) =>
        `${fleet.hosts.size} hosts${fleet.reachable ? '' : `, and NATS is not reachable: ${fleet.problem ?? ''}`}`,
    ),
    distinctUntilChanged(),
  );

const logs = (store) =>
  viewLines(store, { id: randomUUID(), what: 'logs', level: 'info', lines: 10 }).pipe(
    mergeMap(({ host, lines }) => lines.map((line) => ({ host, ...line }))),
    inOrderOfTime(hold),
    map(({ host, service, text }) => `${host} ${service}: ${text}`),
  );

natsStore(options)
  .pipe(switchMap((store) => merge(hosts(store), restarts(store), logs(store))))
  .subscribe((line) => console.log(line));
