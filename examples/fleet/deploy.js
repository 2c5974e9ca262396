// Restarts the shop on all hosts of a fleet, as a step of a deployment does after it has installed the new code:
//   node examples/fleet/deploy.js          begins a restart, and follows it; Ctrl-C leaves it to the hosts
//   node examples/fleet/deploy.js plan     only says which hosts would be restarted together
//   node examples/fleet/deploy.js resume   goes on with one that has halted
//   node examples/fleet/deploy.js abort    ends it for good
// The exit code is 0 when it is done.
import { randomUUID } from 'node:crypto';
import {
  abortFleetRestart,
  checkFleetOptions,
  fleetRestart,
  members$,
  natsStore,
  planFleetRestart,
  reportOf,
  resumeFleetRestart,
  rollPlan,
  stepsOf,
} from 'proteus-cluster/fleet';
import { filter, lastValueFrom, map, switchMap, take, takeWhile, tap } from 'rxjs';

// Options that come from outside are checked before anything is connected.
const options = checkFleetOptions({ servers: process.env.NATS ?? '127.0.0.1:4222', name: 'example' });
// What is left out has its default: the first host that fails halts the restart.
const plan = rollPlan({ canary: 1, batch: 2, soak: Number(process.env.SOAK ?? 10_000) });
const restart = { id: randomUUID(), service: 'shop', by: 'deploy.js', plan };

const print = (record) => console.log(reportOf(record).join('\n'));
const acts = {
  begin: (store) => fleetRestart(store, members$(store), restart).pipe(tap(print)),
  resume: (store) => resumeFleetRestart(store, 'shop').pipe(tap(print)),
  abort: (store) => abortFleetRestart(store, 'shop', 'deploy.js abort').pipe(tap(print)),
  plan: (store) =>
    planFleetRestart(store, members$(store), restart).pipe(
      tap((record) =>
        console.log(
          stepsOf(record)
            .map((hosts) => hosts.join(', '))
            .join('\nthen '),
        ),
      ),
      map((record) => ({ ...record, phase: 'done' })),
    ),
};

const { phase } = await lastValueFrom(
  natsStore(options).pipe(
    tap(({ problem$ }) => problem$.subscribe(({ message }) => console.error(message))),
    switchMap((store) =>
      store.reachable$.pipe(
        filter(Boolean),
        take(1),
        switchMap(() => acts[process.argv[2] ?? 'begin'](store)),
      ),
    ),
    // The store stays open until somebody leaves it.
    takeWhile((record) => record.phase === 'running', true),
  ),
);
process.exitCode = phase === 'done' ? 0 : 1;
