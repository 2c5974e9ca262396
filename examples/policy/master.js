// Three policies: blocks of the package and one of our own, the usual policy with a block more, and workers that are not respawned after a normal exit.
import { join } from 'node:path';
import { cluster$, oneForAll } from 'proteus-cluster';
import { backoff, budget, defaultPolicy, permanent, policy, startLimit, transient } from 'proteus-cluster/policy';
import { spaced } from './spaced.js';

const cluster = (name, respawn) =>
  cluster$({
    name,
    worker: 1,
    exec: join(import.meta.dirname, '../http/worker.js'),
    pid: join(import.meta.dirname, 'master.pid'),
    respawn,
  });

oneForAll(
  cluster(
    'web',
    policy(permanent(), startLimit({ attempts: 3 }), budget({ maxForkCount: 20 }), backoff(), spaced(500)),
  ),
  cluster('api', policy(defaultPolicy({ maxForkCount: 20 }), spaced(500))),
  cluster('jobs', policy(transient(), backoff({ initial: 1_000, max: 60_000 }))),
).subscribe();
