import type { ErrorData } from './errorData.js';
import type { Address } from './events.js';
import { decodeReport } from './decodeReport.js';
import type { WorkerReport } from './stats.js';

/**
 * The frames that a worker's preload sends to the master over IPC. Node delivers a message whose `cmd` begins with `NODE_` as `internalMessage`, so neither the application nor
 * a listener for messages in the master receives it.
 */
export type WorkerFrame =
  /** The worker has got SIGTERM and asks to be replaced. It serves until then. */
  | { readonly cmd: 'NODE_PROTEUS_CLUSTER:replace'; readonly why: string }
  /** It leaves on its own, because of SIGTERM. */
  | { readonly cmd: 'NODE_PROTEUS_CLUSTER:leaving'; readonly why: string }
  /** The uncaught error that it is about to die of. Without `cause`: the application has handled the error, and the worker goes on. */
  | { readonly cmd: 'NODE_PROTEUS_CLUSTER:cause'; readonly cause?: ErrorData }
  /** It listens with a handle of its own, which node:cluster does not report. */
  | { readonly cmd: 'NODE_PROTEUS_CLUSTER:listening'; readonly address: Address }
  /** It has closed connections that may have been in use. */
  | { readonly cmd: 'NODE_PROTEUS_CLUSTER:cut'; readonly connections: number; readonly why: string }
  /** It has answered all requests, and calls the functions given to `onStop`, in this order. */
  | { readonly cmd: 'NODE_PROTEUS_CLUSTER:hooks'; readonly names: readonly string[] }
  /** An error that does not end the worker. */
  | { readonly cmd: 'NODE_PROTEUS_CLUSTER:error'; readonly message: string }
  /** What it reports about itself, each second while the master asks for it. */
  | { readonly cmd: 'NODE_PROTEUS_CLUSTER:sample'; readonly report: WorkerReport }
  /** A frame of a feature's part of the preload. */
  | { readonly cmd: 'NODE_PROTEUS_CLUSTER:feature'; readonly feature: string; readonly body: unknown }
  /** It has been asked to leave, has closed its servers and answered all requests. The master answers with node:cluster's disconnect, after everything it had sent before. */
  | { readonly cmd: 'NODE_PROTEUS_CLUSTER:drained' };

/**
 * The frames that the master sends to a worker's preload. Node delivers them as `internalMessage`, so the application does not receive them.
 */
export type MasterFrame = { readonly cmd: 'NODE_PROTEUS_CLUSTER' } & (
  | {
      /** A frame of a feature for its part of the preload. */
      readonly feature: string;
      readonly body: unknown;
    }
  | {
      /** The worker is to leave. */
      readonly drain: Drain;
    }
  | {
      /** How the worker is to drain if it leaves on its own. */
      readonly alone: Drain;
    }
  | {
      /** Whether it is to report about itself. */
      readonly sample: boolean;
    }
);

/** How a worker drains. Times in ms, from when it was asked to leave. */
export interface Drain {
  /** How long idle connections are kept. Default: 1000 longer than the longest `keepAliveTimeout` of its servers. */
  readonly grace?: number;
  /** When all connections that are still open are closed. */
  readonly cut: number;
  /** Half of the time that the process may go on after everything has been closed; then it exits. */
  readonly linger: number;
  /** Whether WebSockets are closed with code 1012. */
  readonly webSockets: boolean;
}

/**
 * The preload puts its `ShutdownHooks` under `Symbol.for(key)` of `globalThis`, because the application may load another copy of this package than the
 * one that the master runs.
 */
export type ShutdownHooksKey = 'proteus-cluster:shutdown-hooks';

/** A function that is called before a worker exits. It may return a promise. */
export type Hook = () => unknown;

/** What the preload offers to `stopping$` and `onStop`. */
export interface ShutdownHooks {
  /** Calls the listener once, with the reason, when the worker leaves; at once if it is leaving. Returns a function that removes the listener. */
  readonly onStopping: (listener: (why: string) => void) => () => void;
  /** Adds a function that is called before the worker exits. Returns a function that removes it. */
  readonly add: (hook: Hook) => () => void;
}

/** The environment variable that has the names of the signals that the master handles, separated by commas. */
export type SignalsKey = 'PROTEUS_CLUSTER_SIGNALS';

/** The environment variable that tells a worker to listen with `reusePort`. */
export type ReusePortKey = 'PROTEUS_CLUSTER_REUSE_PORT';

/** The environment variable that says where a worker's output goes. */
export type OutputKey = 'PROTEUS_CLUSTER_OUTPUT';

/** `pipe`: to the master, which adds the worker to each line. `inherit`: to the master's own stdout and stderr. */
export type Output = 'pipe' | 'inherit';

/** The longest text of a worker in an event, in characters. Longer ones are cut. */
const maxTextLength = 8_192;
/** The highest number of hook names in an event. */
const maxHookNames = 100;

type Fields = Readonly<Record<string, unknown>>;

/** A decoder for each kind of frame. Kinds of a newer version are missing here, and are ignored. */
const decoders: ReadonlyMap<unknown, (fields: Fields) => WorkerFrame | undefined> = new Map(
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
      isTexts(names) ? { cmd: 'NODE_PROTEUS_CLUSTER:hooks', names: names.slice(0, maxHookNames).map(cut) } : undefined,
    'NODE_PROTEUS_CLUSTER:error': ({ message }) =>
      isText(message) ? { cmd: 'NODE_PROTEUS_CLUSTER:error', message: cut(message) } : undefined,
    'NODE_PROTEUS_CLUSTER:sample': (fields) => {
      const report = decodeReport(fields['report']);
      return report === undefined ? undefined : { cmd: 'NODE_PROTEUS_CLUSTER:sample', report };
    },
    // The feature decodes `body`.
    'NODE_PROTEUS_CLUSTER:feature': ({ feature, body }) =>
      isText(feature) ? { cmd: 'NODE_PROTEUS_CLUSTER:feature', feature: cut(feature), body } : undefined,
    'NODE_PROTEUS_CLUSTER:drained': () => ({ cmd: 'NODE_PROTEUS_CLUSTER:drained' }),
  } satisfies Readonly<Record<WorkerFrame['cmd'], (fields: Fields) => WorkerFrame | undefined>>),
);

/** Whether a message is a frame of a worker's preload, of a known kind. Its fields may be wrong nevertheless. */
export const isWorkerFrame = (message: unknown): message is Fields => isRecord(message) && decoders.has(message['cmd']);

/** Decodes a frame of a worker's preload. `undefined` for anything else, and for a frame with wrong fields. Accepts any input, and leaves out unknown fields. */
export const decode = (message: unknown): WorkerFrame | undefined =>
  isRecord(message) ? decoders.get(message['cmd'])?.(message) : undefined;

/** Decodes the address that a worker listens on, which node:cluster passes on unchecked. `undefined` for anything else. */
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

const cut = (text: string): string => text.slice(0, maxTextLength);
