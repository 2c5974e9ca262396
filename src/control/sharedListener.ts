import type { Server } from 'node:net';

export type Report = (error: unknown) => void;

interface User {
  readonly report: Report;
}

interface Listener {
  readonly users: Set<User>;
  /** What prevents it. */
  failure?: { readonly error: unknown };
  readonly close: () => void;
}

/** What the process listens on: opened with the first cluster that asks for it, closed with the last. */
const open = new Map<string, Listener>();

/** Begins to listen. Resolves with a function that ends it. `closed`: whether nobody wants it any more. */
type Listen = (closed: () => boolean) => Promise<() => void>;

/** Listens until the returned function is called, once for all clusters that ask with the same key. What prevents it is reported to each of them. */
export const sharedListener = (key: string, report: Report, listen: Listen): (() => void) => {
  const listener = open.get(key) ?? begun(listen);
  open.set(key, listener);
  const user = { report };
  listener.users.add(user);
  if (listener.failure !== undefined) report(listener.failure.error);
  return () => {
    listener.users.delete(user);
    if (listener.users.size > 0) return;
    open.delete(key);
    listener.close();
  };
};

/** One after the other: a cluster that starts again would find the socket of its run before, which is being closed. */
let opening: Promise<void> = Promise.resolve();

/** Begins to listen. `close` ends it, also before it has begun. */
const begun = (listen: Listen): Listener => {
  let closed = false;
  let close: (() => void) | undefined;
  const listener: Listener = {
    users: new Set(),
    close: () => {
      closed = true;
      close?.();
    },
  };
  const begin = async (): Promise<void> => {
    close = await listen(() => closed);
    if (closed) close();
  };
  opening = opening
    .then(() => (closed ? undefined : begin()))
    .catch((error: unknown) => {
      listener.failure = { error };
      for (const { report } of listener.users) report(error);
    });
  return listener;
};

/** Resolves with a server that listens. Rejects with an error that says who cannot listen where. */
export const listening = async (opened: Promise<Server>, who: string, where: string): Promise<Server> => {
  try {
    return await opened;
  } catch (error) {
    throw cannotListen(who, where, error instanceof Error ? error.message : String(error), error);
  }
};

export const cannotListen = (who: string, where: string, why: string, cause?: unknown): Error =>
  new Error(`${who}: cannot listen on ${where}: ${why}`, { cause });

/** The port on which a server on TCP listens. */
export const portOf = (server: Server, asked: number): number => {
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : asked;
};
