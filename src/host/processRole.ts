import cluster from 'node:cluster';

/** Where `cluster$` leaves what this process is, under `Symbol.for` of it: each entry point, and each copy of this package, can look there. */
const key = Symbol.for('proteus-cluster:role');

/** What a process is to a cluster. `both`: one file is master and worker, so each imports what the other needs. */
type Role = 'master' | 'both';

export const playRole = (role: Role): void => {
  if (Reflect.get(globalThis, key) !== 'both') Reflect.set(globalThis, key, role);
};

const warned = new Set<string>();

const warn = (name: string, text: string): void => {
  if (warned.has(name)) return;
  warned.add(name);
  process.emitWarning(text, { code: 'PROTEUS_CLUSTER_ENTRY_POINT' });
};

/** When the turn is over: `cluster$` may be called after a stream is subscribed. */
const later = (act: () => void): void => void setImmediate(act);

/** Says, once, that something of the master does nothing in a worker, and what to import there. */
export const warnInWorker = (name: string): void => {
  if (!cluster.isWorker) return;
  later(() => {
    if (Reflect.get(globalThis, key) === 'both') return;
    const advice = inWorker(name);
    warn(
      name,
      `${name} of 'proteus-cluster' is for the master, and this process is a worker: it never emits. ${advice}`,
    );
  });
};

/** Says, once, that something of a worker does nothing in a master, and what to import there. */
export const warnInMaster = (name: string): void =>
  later(() => {
    if (Reflect.get(globalThis, key) !== 'master') return;
    warn(
      name,
      `${name} of 'proteus-cluster/worker' is for workers, and this process is their master: it does nothing here. Import ${name} from 'proteus-cluster'`,
    );
  });

/** What a worker imports for something of the master that has this name. */
export const inWorker = (name: string): string =>
  counterparts.has(name)
    ? `Import ${name} from 'proteus-cluster/worker'`
    : "To have the master act, send it a message: send of 'proteus-cluster/worker'";

const counterparts = new Set(['messages$', 'send', 'request', 'route', 'cmd']);
