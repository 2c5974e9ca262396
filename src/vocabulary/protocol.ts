import type { ErrorData } from './errorData.js';
import type { Address } from './events.js';
import { decodeReport } from './decodeReport.js';
import type { WorkerReport } from './stats.js';

/**
 * What a worker's preload says to the master over IPC. Node keeps a `cmd` that begins with `NODE_` from the application, and from whoever else listens to the
 * messages of workers in the master: it arrives as `internalMessage`.
 */
export type WorkerSays =
  /** It has got SIGTERM, serves on, and asks to be replaced. */
  | { readonly cmd: 'NODE_PROTEUS_CLUSTER:replace'; readonly why: string }
  /** It has got SIGTERM and goes. */
  | { readonly cmd: 'NODE_PROTEUS_CLUSTER:leaving'; readonly why: string }
  /** It is about to die of this error; without one: the application has handled it, and the worker goes on. */
  | { readonly cmd: 'NODE_PROTEUS_CLUSTER:cause'; readonly cause?: ErrorData }
  /** It listens with a handle of its own, of which node:cluster tells nothing. */
  | { readonly cmd: 'NODE_PROTEUS_CLUSTER:listening'; readonly address: Address }
  /** It has closed so many connections that somebody may have waited for. */
  | { readonly cmd: 'NODE_PROTEUS_CLUSTER:cut'; readonly connections: number; readonly why: string }
  /** It has answered everything, and runs what the application has to do before it goes, in this order. */
  | { readonly cmd: 'NODE_PROTEUS_CLUSTER:hooks'; readonly names: readonly string[] }
  /** Something went wrong in it that ends nothing. */
  | { readonly cmd: 'NODE_PROTEUS_CLUSTER:error'; readonly message: string }
  /** What it reports about itself, each second while the master asks for it. */
  | { readonly cmd: 'NODE_PROTEUS_CLUSTER:sample'; readonly report: WorkerReport }
  /** What a feature's part of the preload says to the feature. */
  | { readonly cmd: 'NODE_PROTEUS_CLUSTER:feature'; readonly feature: string; readonly body: unknown }
  /** Asked to leave, it has closed its servers, and all that was under way is done. The master answers with node:cluster's disconnect: what was on its way has arrived by then. */
  | { readonly cmd: 'NODE_PROTEUS_CLUSTER:drained' };

/**
 * What the master says to a worker's preload. Node keeps a `cmd` that begins with `NODE_` from the application: it arrives as
 * `internalMessage`.
 */
export type MasterSays = { readonly cmd: 'NODE_PROTEUS_CLUSTER' } & (
  | {
      /** What a feature says to its part of the preload. */
      readonly feature: string;
      readonly body: unknown;
    }
  | {
      /** The worker is to leave. */
      readonly drain: Drain;
    }
  | {
      /** How it is to leave when it does so by itself. */
      readonly alone: Drain;
    }
  | {
      /** Whether it is to report about itself. */
      readonly sample: boolean;
    }
);

/** How a worker leaves. Times in ms, from being asked. */
export interface Drain {
  /** Until when idle connections are kept; `undefined`: 1000 longer than the longest `keepAliveTimeout` of its servers. */
  readonly grace?: number;
  /** When every connection that is still open is closed. */
  readonly cut: number;
  /** Half of the time in which it may go on by itself when all has been closed; then it exits. */
  readonly linger: number;
  /** Whether WebSockets are told, with close code 1012. */
  readonly webSockets: boolean;
}

/**
 * Where a worker's preload keeps that it is to leave, under `Symbol.for(farewellKey)` of `globalThis`:
 * after a release the application may load another copy of this package than the one that the master runs.
 */
export type ShutdownHooksKey = 'proteus-cluster:farewell';

/** What is done before a worker goes. It may take its time. */
export type Hook = () => unknown;

export interface ShutdownHooks {
  /** Calls the listener once, with the reason, when the worker is to leave; at once if it is. Returns what forgets it. */
  readonly hear: (listener: (why: string) => void) => () => void;
  /** Has the hook called before the worker goes. Returns what forgets it. */
  readonly add: (hook: Hook) => () => void;
}

/** The variable in which a worker is told, by their names and with commas between them, which signals its master handles. */
export type SignalsKey = 'PROTEUS_CLUSTER_SIGNALS';

/** The variable in which a worker is told where its output goes. */
export type OutputKey = 'PROTEUS_CLUSTER_OUTPUT';

/** To the master, which puts on each line who has written it; or to where the master's own goes. */
export type Output = 'pipe' | 'inherit';

/** How much of a text of a worker goes into an event, in characters. */
const longest = 8_192;
/** How many names of hooks do. */
const mostNames = 100;

type Fields = Readonly<Record<string, unknown>>;

/** How each kind of frame is read. A kind that is missing here is one of a newer version, and is ignored. */
const readers: ReadonlyMap<unknown, (fields: Fields) => WorkerSays | undefined> = new Map(
  Object.entries({
    'NODE_PROTEUS_CLUSTER:leaving': ({ why }) =>
      isText(why) ? { cmd: 'NODE_PROTEUS_CLUSTER:leaving', why: cut(why) } : undefined,
    'NODE_PROTEUS_CLUSTER:replace': ({ why }) =>
      isText(why) ? { cmd: 'NODE_PROTEUS_CLUSTER:replace', why: cut(why) } : undefined,
    'NODE_PROTEUS_CLUSTER:cause': ({ cause }) => {
      if (cause === undefined) return { cmd: 'NODE_PROTEUS_CLUSTER:cause' };
      return isCause(cause) ? { cmd: 'NODE_PROTEUS_CLUSTER:cause', cause: causeOf(cause) } : undefined;
    },
    'NODE_PROTEUS_CLUSTER:listening': ({ address }) =>
      isAddress(address) ? { cmd: 'NODE_PROTEUS_CLUSTER:listening', address: addressOf(address) } : undefined,
    'NODE_PROTEUS_CLUSTER:cut': ({ connections, why }) =>
      isCount(connections) && isText(why) ? { cmd: 'NODE_PROTEUS_CLUSTER:cut', connections, why: cut(why) } : undefined,
    'NODE_PROTEUS_CLUSTER:hooks': ({ names }) =>
      isTexts(names) ? { cmd: 'NODE_PROTEUS_CLUSTER:hooks', names: names.slice(0, mostNames).map(cut) } : undefined,
    'NODE_PROTEUS_CLUSTER:error': ({ message }) =>
      isText(message) ? { cmd: 'NODE_PROTEUS_CLUSTER:error', message: cut(message) } : undefined,
    'NODE_PROTEUS_CLUSTER:sample': (fields) => {
      const report = decodeReport(fields['report']);
      return report === undefined ? undefined : { cmd: 'NODE_PROTEUS_CLUSTER:sample', report };
    },
    // Each feature reads its own frames.
    'NODE_PROTEUS_CLUSTER:feature': ({ feature, body }) =>
      isText(feature) ? { cmd: 'NODE_PROTEUS_CLUSTER:feature', feature: cut(feature), body } : undefined,
    'NODE_PROTEUS_CLUSTER:drained': () => ({ cmd: 'NODE_PROTEUS_CLUSTER:drained' }),
  } satisfies Readonly<Record<WorkerSays['cmd'], (fields: Fields) => WorkerSays | undefined>>),
);

/** Whether a message is a frame of a worker's preload, of a kind that is known here. It may not fit all the same. */
export const isWorkersFrame = (message: unknown): message is Fields => isRecord(message) && readers.has(message['cmd']);

/** Reads a frame of a worker's preload; `undefined` for anything else, and for one that does not fit. Accepts any input. Fields that are unknown are left out. */
export const decode = (message: unknown): WorkerSays | undefined =>
  isRecord(message) ? readers.get(message['cmd'])?.(message) : undefined;

/** Reads where a worker says that it listens, as node:cluster passes it on unread; `undefined` for what is no address. */
export const decodeAddress = (value: unknown): Address | undefined => (isAddress(value) ? addressOf(value) : undefined);

const isRecord = (value: unknown): value is Fields => typeof value === 'object' && value !== null;

const isText = (value: unknown): value is string => typeof value === 'string';

const isTexts = (value: unknown): value is readonly string[] => Array.isArray(value) && value.every(isText);

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

const isCause = (value: unknown): value is ErrorData =>
  isRecord(value) && isText(value['name']) && isText(value['message']) && isText(value['stack']);

const causeOf = ({ name, message, stack }: ErrorData): ErrorData => ({
  name: cut(name),
  message: cut(message),
  stack: cut(stack),
});

const addressTypes: ReadonlySet<unknown> = new Set([4, 6, -1, 'udp4', 'udp6']);

const isAddress = (value: unknown): value is Address => {
  if (!isRecord(value)) return false;
  const { address, port, addressType } = value;
  const isPlace = isText(address) || address === null || address === undefined;
  const isPort = Number.isSafeInteger(port) || port === null || port === undefined;
  return isPlace && isPort && addressTypes.has(addressType);
};

const addressOf = ({ address, port, addressType }: Address): Address => ({
  address: typeof address === 'string' ? cut(address) : null,
  port: port ?? null,
  addressType,
});

const cut = (text: string): string => text.slice(0, longest);
