import cluster from 'node:cluster';

/** `cluster$` stores the role of this process under this symbol on `globalThis`: each entry point, and each copy of this package, can read it. */
const key = Symbol.for('proteus-cluster:role');

/** The role of a process. `both`: one file is master and worker, so each process imports what the other needs. */
type Role = 'master' | 'both';

export const setRole = (role: Role): void => {
  if (Reflect.get(globalThis, key) !== 'both') Reflect.set(globalThis, key, role);
};

const warned = new Set<string>();

const warn = (name: string, text: string): void => {
  if (warned.has(name)) return;
  warned.add(name);
  process.emitWarning(text, { code: 'PROTEUS_CLUSTER_ENTRY_POINT' });
};

/** After this turn of the event loop, since `cluster$` may be called after a stream is subscribed. */
const afterTurn = (action: () => void): void => void setImmediate(action);

/** Warns once that an export of the master does nothing in a worker, and names what to import there. */
export const warnInWorker = (name: string): void => {
  if (!cluster.isWorker) return;
  afterTurn(() => {
    if (Reflect.get(globalThis, key) === 'both') return;
    const advice = adviceForWorker(name);
    warn(
      name,
      `${name} of 'proteus-cluster' is for the master, and this process is a worker: it never emits. ${advice}`,
    );
  });
};

/** Warns once that an export of the worker API does nothing in a master, and names what to import there. */
export const warnInMaster = (name: string): void =>
  afterTurn(() => {
    if (Reflect.get(globalThis, key) !== 'master') return;
    warn(
      name,
      `${name} of 'proteus-cluster/worker' is for workers, and this process is their master: it does nothing here. Import ${name} from 'proteus-cluster'`,
    );
  });

/** The advice for a worker that imports the master's export of this name. */
export const adviceForWorker = (name: string): string =>
  counterparts.has(name)
    ? `Import ${name} from 'proteus-cluster/worker'`
    : "To have the master act, send it a message: send of 'proteus-cluster/worker'";

const counterparts = new Set(['messages$', 'send', 'request', 'route', 'cmd']);
