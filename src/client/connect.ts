import type { Endpoint } from './http.js';
import { type Master, masterAt, type MasterPlace } from './master.js';
import { type FoundMaster, SelectionError } from './selectionError.js';
import { controlSockets } from './sockets.js';

/** A control server on TCP, and the token for it. */
export interface RemoteMaster {
  /** Such as `http://127.0.0.1:9900`. */
  readonly url: string | URL;
  readonly token: string;
}

export interface ConnectOptions {
  /** How long an answer may take to begin, in ms. `restart`, `shutdown` and `force` wait without a limit. Default: 5000. */
  readonly timeout?: number | undefined;
}

const defaultTimeoutMs = 5_000;

/**
 * The masters of this user that run, by pid: those whose control socket accepts connections. Sockets that a dead master has left are ignored.
 *
 * @example
 * for (const master of await masters()) console.log(master.pid, await master.status());
 */
export const masters = async (options: ConnectOptions = {}): Promise<readonly Master[]> =>
  (await runningMasters(options)).map(masterAt);

/**
 * Finds a master: by its pid, by the name of one of its clusters, by the path of its control socket, or on TCP by URL and token. Without a target: the only one that runs.
 *
 * Where it was found by the name of a cluster, the methods concern this cluster. Rejects with `SelectionError` if no master fits or several do, with `ControlError` if a socket or server that was named
 * does not answer, and with `TypeError` for a wrong target.
 *
 * @example
 * const master = await connect('web');
 * const { outcome } = await master.restart().result();
 */
export const connect = async (
  target?: number | string | RemoteMaster,
  options: ConnectOptions = {},
): Promise<Master> => {
  if (typeof target === 'number' || target === undefined || isName(target))
    return masterAt(await choose(await runningMasters(options), target));
  const master = masterAt({
    endpoint: typeof target === 'string' ? { path: target } : remote(target),
    timeout: options.timeout ?? defaultTimeoutMs,
  });
  await master.ping();
  return master;
};

const isName = (target: unknown): target is string => typeof target === 'string' && !target.includes('/');

const remote = ({ url, token }: RemoteMaster): Endpoint => {
  if (typeof token !== 'string' || token === '') throw new TypeError('connect(): expected a token with the URL');
  if (!URL.canParse(String(url)) || !/^https?:$/.test(new URL(url).protocol))
    throw new TypeError(`connect(): expected a URL such as http://127.0.0.1:9900, got ${String(url)}`);
  return { url: new URL(url), token };
};

type LocalMaster = MasterPlace & { readonly pid: number };

const runningMasters = async ({ timeout = defaultTimeoutMs }: ConnectOptions): Promise<readonly LocalMaster[]> => {
  const sockets = controlSockets();
  const listening = await Promise.all(sockets.map(({ path }) => isListening(path)));
  return sockets.filter((_, at) => listening[at]).map(({ pid, path }) => ({ endpoint: { path }, pid, timeout }));
};

const isListening = async (path: string): Promise<boolean> => {
  const { connect } = await import('node:net');
  return new Promise((resolve) => {
    const socket = connect({ path });
    const done = (listening: boolean) => () => {
      socket.destroy();
      resolve(listening);
    };
    // EAGAIN: so many connections wait already that this one cannot, because the master accepts none.
    socket.once('connect', done(true)).once('error', (error) => done('code' in error && error.code === 'EAGAIN')());
  });
};

/** Of these masters the one with this pid, or with a cluster of this name, or the only one. */
const choose = async (running: readonly LocalMaster[], target: number | string | undefined): Promise<MasterPlace> => {
  const [only] = running;
  if (target === undefined && only !== undefined && running.length === 1) return only;
  const ofPid = target === undefined ? undefined : running.find(({ pid }) => String(pid) === String(target));
  if (ofPid !== undefined) return ofPid;
  const found = await Promise.all(running.map(withClusters));
  if (target === undefined) throw unclear(found, found, 'runs');
  const cluster = String(target);
  const fitting = found.filter(({ clusters }) => clusters.includes(cluster));
  const [first] = fitting;
  if (first === undefined || fitting.length > 1) throw unclear(fitting, found, wantedText(target));
  return { ...first.place, cluster };
};

const wantedText = (target: number | string): string => {
  if (typeof target === 'number') return `has the pid ${target}`;
  return /^\d+$/.test(target) ? `has the pid ${target}, or a cluster '${target}'` : `has a cluster '${target}'`;
};

interface Candidate extends FoundMaster {
  readonly place: LocalMaster;
}

const withClusters = async (place: LocalMaster): Promise<Candidate> => ({
  pid: place.pid,
  clusters: await clustersOf(place),
  place,
});

/** Of a master that does not answer none are known. */
const clustersOf = async (place: MasterPlace): Promise<readonly string[]> => {
  try {
    const { clusters } = await masterAt(place).status();
    return clusters.map(({ cluster }) => cluster);
  } catch {
    return [];
  }
};

const unclear = (fitting: readonly Candidate[], all: readonly Candidate[], what: string): SelectionError => {
  const running = (fitting.length === 0 ? all : fitting).map(({ pid, clusters }) => ({ pid, clusters }));
  const listed = running.map(textOf).join('; ');
  return fitting.length === 0
    ? new SelectionError('none', `no master ${what}${listed === '' ? '' : `. These run: ${listed}`}`, running)
    : new SelectionError('several', `more than one master ${what}: ${listed}. Choose one by its pid`, running);
};

const textOf = ({ pid, clusters }: FoundMaster): string =>
  `pid ${pid} (${clusters.length === 0 ? 'does not answer' : clusters.join(', ')})`;
