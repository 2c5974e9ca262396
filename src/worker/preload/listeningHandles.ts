/**
 * Takes the listening handles of servers away, so that this worker accepts no connections, and gives the servers new ones later. The application does not
 * notice: a server without its handle has a substitute, listens by its own word and has its address, and emits nothing.
 *
 * node:cluster hears of it as of any server that closes, and later of one that listens: under round robin the master sends a connection that is on its way here to another worker.
 * Every name of Node's that is not public is looked up before anything is changed.
 */
import diagnostics_channel from 'node:diagnostics_channel';
import net from 'node:net';
import * as channel from './masterChannel.js';
import * as drain from './drain.js';

interface Handle {
  readonly close: () => void;
  readonly ref?: () => void;
  readonly unref?: () => void;
  readonly getsockname?: (out: object) => unknown;
}

/** What `listen` was called with. */
type Options = Readonly<Record<string, unknown>>;

/** A server whose handle has been taken away. */
interface Withheld {
  readonly substitute: Handle;
  readonly options: Options;
}

/** The longest delay of a timer, in ms. */
const maxDelay = 2 ** 31 - 1;

/** So many turns of the event loop an own socket is given to become quiet. */
const maxTurns = 200;

/** Own sockets that will be closed. */
let closing = 0;
const whenClosed: (() => void)[] = [];
const listens = new WeakMap<net.Server, Options>();
/** Servers that listen again in place of another one, and what gives that one their handle. */
const spares = new Map<net.Server, () => void>();
const withheld = new Map<net.Server, Withheld>();
let accepting = true;

const follow = (): void => {
  subscribe('tracing:net.server.listen:asyncStart', ({ server, options }) => {
    if (isRecord(options)) listens.set(server, options);
  });
  subscribe('tracing:net.server.listen:asyncEnd', ({ server }) => {
    // In the very moment: the first connection may be in the same piece of the channel as the answer that lets it listen.
    spares.get(server)?.();
    // One that begins to listen meanwhile.
    if (!accepting && drain.isListeningServer(server) && whyNot(server) === undefined) withhold(server);
  });
};

const subscribe = (name: string, act: (message: { readonly server: net.Server; readonly options?: unknown }) => void) =>
  diagnostics_channel.subscribe(
    name,
    channel.safely(name, (message: unknown) => {
      if (isOfServer(message)) act(message);
    }),
  );

/** Stops accepting. Calls `done` when it accepts none, or with why it cannot: then everything stays as it was. */
const stop = (done: (why?: string) => void): void => {
  const servers = drain.listeningServers();
  for (const server of servers) {
    const why = whyNot(server);
    if (why !== undefined) return done(why);
  }
  accepting = false;
  for (const server of servers) withhold(server);
  if (closing === 0) done();
  else whenClosed.push(done);
};

/** Accepts again. Calls `done` with what went wrong, if anything did: then everything stays as it was. */
const resume = (done: (why: string | undefined) => void): void => {
  accepting = true;
  const [next] = withheld;
  if (next === undefined) return done(undefined);
  const [server, { substitute, options }] = next;
  const finish = (why: string | undefined): void => (why === undefined ? resume(done) : stop(() => done(why)));
  // One after the other, in the order in which they were opened: node:cluster numbers servers with the same address.
  reopen(server, { substitute, options }, (why) => {
    const port = portOf(server);
    // The master chooses another port for port 0 if no worker has listened there meanwhile.
    const hasChosen = why !== undefined && Number(options['port'] ?? 0) === 0 && port !== undefined;
    if (hasChosen) reopen(server, { substitute, options: { ...options, port } }, finish);
    else finish(why);
  });
};

const whyNot = (server: net.Server): string | undefined => {
  if (withheld.has(server) || !server.listening) return undefined;
  const handle = handleOf(server);
  const options = listens.get(server);
  if (handle === undefined || options === undefined || ownerKeys(handle, server).length === 0)
    return `a server cannot be taken from its handle with Node ${process.version}`;
  if (isLent(handle)) return undefined;
  if (['fd', 'handle', '_handle'].some((key) => options[key] !== undefined))
    return 'a server listens on a descriptor of its own, which cannot be opened again';
  if (options['readableAll'] === true || options['writableAll'] === true)
    return 'a server has a socket file of its own with other permissions than usual';
  return undefined;
};

const withhold = (server: net.Server): void => {
  const handle = handleOf(server);
  const options = listens.get(server);
  if (handle === undefined || options === undefined || withheld.has(server)) return;
  // A socket of its own gets the port that it had. One of the master's is found by what was asked for.
  const own = !isLent(handle) && portOf(server);
  const port = typeof own === 'number' && { port: own };
  const substitute = substituteOf(handle, server);
  withheld.set(server, { substitute, options: { ...options, ...port } });
  Reflect.set(server, '_handle', substitute);
  if (isLent(handle)) handle.close();
  else closeWhenQuiet(server, handle);
};

/**
 * Connections that wait in the queue of its own socket are reset when it closes. Each turn of the event loop accepts one,
 * so it closes after a turn that had none to accept.
 */
const closeWhenQuiet = (server: net.Server, handle: Handle, turns = maxTurns): void => {
  let quiet = true;
  const hear = () => {
    quiet = false;
  };
  closing += turns === maxTurns ? 1 : 0;
  server.once('connection', hear);
  setImmediate(() => {
    server.off('connection', hear);
    if (!quiet && turns > 1) return closeWhenQuiet(server, handle, turns - 1);
    handle.close();
    closing -= 1;
    if (closing === 0) for (const act of whenClosed.splice(0)) act();
  });
};

/** What stands for a handle: it holds the process as the handle did, and has its address. */
const substituteOf = (handle: Handle, server: net.Server): Handle => {
  const place = {};
  const hasPlace = handle.getsockname !== undefined && handle.getsockname(place) === 0;
  const holding = setInterval(() => {}, maxDelay);
  if (Reflect.get(server, '_unref') === true) holding.unref();
  return {
    close: () => {
      clearInterval(holding);
      withheld.delete(server);
    },
    ref: () => holding.ref(),
    unref: () => holding.unref(),
    ...(hasPlace && { getsockname: (out: object) => Number(Object.assign(out, place) !== out) }),
  };
};

const reopen = (
  server: net.Server,
  { substitute, options: { signal: _, ...options } }: Withheld,
  done: (why: string | undefined) => void,
): void => {
  const spare = net.createServer();
  let taken = false;
  const take = (): void => {
    if (taken) return;
    taken = true;
    spares.delete(spare);
    done(give(spare, server, substitute));
  };
  drain.ignore(spare);
  spares.set(spare, take);
  spare.on('error', (error) => {
    if (taken) return;
    taken = true;
    spares.delete(spare);
    done(`it cannot listen again: ${error.message}`);
  });
  // If the channel does not tell.
  spare.once('listening', channel.safely('listening again', take));
  spare.listen(options);
};

/** Gives the handle of a server that listens to another one. Returns why it does not; then the handle is closed. */
const give = (from: net.Server, to: net.Server, substitute: Handle): string | undefined => {
  const handle = handleOf(from);
  if (handle === undefined) return 'a server that listens has no handle';
  const place = placeOf(from);
  Reflect.set(from, '_handle', null);
  // The application has closed it meanwhile.
  const isWanted = handleOf(to) === substitute;
  const keys = ownerKeys(handle, from);
  if (isWanted && keys.length > 0 && place === placeOf(to)) {
    for (const key of keys) Reflect.set(handle, key, to);
    Reflect.set(to, '_handle', handle);
    substitute.close();
    if (Reflect.get(to, '_unref') === true) handle.unref?.();
    return undefined;
  }
  handle.close();
  return isWanted ? `it listened on ${placeOf(to)} and would listen on ${place}` : undefined;
};

/** Where the handle keeps its server. The key is a symbol of Node's own. */
const ownerKeys = (handle: Handle, server: net.Server): readonly symbol[] =>
  typeof Reflect.get(handle, 'onconnection') === 'function'
    ? Object.getOwnPropertySymbols(handle).filter((key) => Reflect.get(handle, key) === server)
    : [];

/** node:cluster puts a `close` of its own on what it lends. */
const isLent = (handle: Handle): boolean => Object.hasOwn(handle, 'close');

const handleOf = (server: net.Server): Handle | undefined => {
  const handle: unknown = Reflect.get(server, '_handle');
  return isHandle(handle) ? handle : undefined;
};

const placeOf = (server: net.Server): string => {
  const place = server.address();
  return typeof place === 'object' && place !== null ? `${place.address}:${place.port}` : String(place);
};

const portOf = (server: net.Server): number | undefined => {
  const place = server.address();
  return typeof place === 'object' && place !== null ? place.port : undefined;
};

const isHandle = (value: unknown): value is Handle =>
  typeof value === 'object' && value !== null && 'close' in value && typeof value.close === 'function';

const isRecord = (value: unknown): value is Options => typeof value === 'object' && value !== null;

const isOfServer = (message: unknown): message is { readonly server: net.Server; readonly options?: unknown } =>
  isRecord(message) && message['server'] instanceof net.Server;

export { follow, stop, resume };
