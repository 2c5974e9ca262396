import type { Address, Cause } from './events.js';

/**
 * What a worker's preload says to the master over IPC. The names are long so that no application's message is taken for one.
 */
export type WorkerSays =
  /** It has got SIGTERM and goes. */
  | { readonly cmd: 'proteus-cluster:leaving'; readonly why: string }
  /** It is about to die of this error. */
  | { readonly cmd: 'proteus-cluster:cause'; readonly cause: Cause }
  /** It listens with a handle of its own, of which node:cluster tells nothing. */
  | { readonly cmd: 'proteus-cluster:listening'; readonly address: Address }
  /** The application has closed the last of its servers, and opens none. */
  | { readonly cmd: 'proteus-cluster:closed' }
  /** It has closed so many connections that somebody may have waited for. */
  | { readonly cmd: 'proteus-cluster:cut'; readonly connections: number; readonly why: string }
  /** It has answered everything, and runs what the application has to do before it goes, in this order. */
  | { readonly cmd: 'proteus-cluster:hooks'; readonly names: readonly string[] }
  /** Something went wrong in it that ends nothing. */
  | { readonly cmd: 'proteus-cluster:error'; readonly message: string }
  /** It leads no longer, and everything in it that follows `leader$` has heard so. */
  | { readonly cmd: 'proteus-cluster:resigned' }
  /** Asked to leave, it has closed its servers, and all that was under way is done. The master answers with node:cluster's disconnect: what was on its way has arrived by then. */
  | { readonly cmd: 'proteus-cluster:drained' };

/**
 * What the master says to a worker's preload. Node keeps a `cmd` that begins with `NODE_` from the application: it arrives as
 * `internalMessage`.
 */
export type MasterSays = { readonly cmd: 'NODE_PROTEUS_CLUSTER' } & (
  | {
      /** Whether the worker leads from now on. */
      readonly leads: boolean;
    }
  | {
      /** The worker is to leave. */
      readonly drain: Drain;
    }
  | {
      /** How it is to leave when it does so by itself. */
      readonly alone: Drain;
    }
);

/** How a worker leaves. Times in ms, from being asked. */
export interface Drain {
  /** Until when idle connections are kept; `undefined`: 1000 longer than the longest `keepAliveTimeout` of its servers. */
  readonly grace?: number;
  /** When every connection that is still open is closed. */
  readonly cut: number;
  /** How long it may go on by itself when all has been closed, until it gets SIGTERM, and as long again until it exits. */
  readonly linger: number;
  /** Whether WebSockets are told, with close code 1012. */
  readonly webSockets: boolean;
}

/**
 * Where a worker's preload keeps whether it leads, under `Symbol.for(leadershipKey)` of `globalThis`: after a release the application may load
 * another copy of this package than the one that the master runs.
 */
export type LeadershipKey = 'proteus-cluster:leadership';

export interface Leadership {
  leads: boolean;
  /** Called, one after the other, when `leads` has changed. */
  readonly listeners: Set<(leads: boolean) => void>;
}

/**
 * Where a worker's preload keeps that it is to leave, under `Symbol.for(farewellKey)` of `globalThis`, for the same reason.
 */
export type FarewellKey = 'proteus-cluster:farewell';

/** What is done before a worker goes. It may take its time. */
export type Hook = () => unknown;

export interface Farewell {
  /** Calls the listener once, with the reason, when the worker is to leave; at once if it is. Returns what forgets it. */
  readonly hear: (listener: (why: string) => void) => () => void;
  /** Has the hook called before the worker goes. Returns what forgets it. */
  readonly add: (hook: Hook) => () => void;
}

/** The variable in which a worker is told where its output goes. */
export type OutputKey = 'PROTEUS_CLUSTER_OUTPUT';

/** To the master, which puts on each line who has written it; or to where the master's own goes. */
export type Output = 'pipe' | 'inherit';

/** What a preload said, or `undefined` for a message of the application. */
export const decode = (message: unknown): WorkerSays | undefined => {
  if (!isRecord(message) || typeof message['cmd'] !== 'string' || !message['cmd'].startsWith('proteus-cluster:'))
    return undefined;
  const { cmd, why, cause, address, connections, names, message: text } = message;
  if (cmd === 'proteus-cluster:leaving' && typeof why === 'string') return { cmd, why };
  if (cmd === 'proteus-cluster:resigned' || cmd === 'proteus-cluster:drained') return { cmd };
  if (cmd === 'proteus-cluster:closed') return { cmd };
  if (cmd === 'proteus-cluster:listening' && isAddress(address)) return { cmd, address };
  if (cmd === 'proteus-cluster:cut' && typeof connections === 'number' && typeof why === 'string')
    return { cmd, connections, why };
  if (cmd === 'proteus-cluster:hooks' && isTexts(names)) return { cmd, names };
  if (cmd === 'proteus-cluster:error' && typeof text === 'string') return { cmd, message: text };
  if (cmd === 'proteus-cluster:cause' && isCause(cause)) return { cmd, cause };
  return undefined;
};

const isRecord = (value: unknown): value is Record<string, unknown> => typeof value === 'object' && value !== null;

const isCause = (value: unknown): value is Cause =>
  isRecord(value) && ['name', 'message', 'stack'].every((key) => typeof value[key] === 'string');

const isTexts = (value: unknown): value is readonly string[] =>
  Array.isArray(value) && value.every((item) => typeof item === 'string');

const isAddress = (value: unknown): value is Address =>
  isRecord(value) && typeof value['address'] === 'string' && typeof value['port'] === 'number';
