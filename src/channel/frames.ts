/** Control frames between the worker API and the master. The application's messages are sent beside them. */
export type Frame =
  | Opening
  /** To the process that opened: one answer; or values followed by `end`; or the reason why there is none. */
  | { readonly type: 'answer'; readonly id: number; readonly message: unknown }
  | { readonly type: 'value'; readonly id: number; readonly value: unknown }
  | { readonly type: 'end'; readonly id: number }
  | { readonly type: 'fail'; readonly id: number; readonly why: string }
  /** From the process that opened: `credit` more values may be sent; or no more values are wanted. */
  | { readonly type: 'credit'; readonly id: number; readonly credit: number }
  | { readonly type: 'drop'; readonly id: number }
  | TopicFrame
  /** An error in the worker that ends nothing. */
  | { readonly type: 'fault'; readonly why: string };

/** Opens a conversation. The id is chosen by the process that opens it; each process counts its own. */
type Opening =
  | { readonly type: 'ask'; readonly id: number; readonly message: unknown }
  | { readonly type: 'open'; readonly id: number; readonly name: string; readonly credit: number };

export type TopicFrame =
  | { readonly type: 'join' | 'leave'; readonly topic: string }
  | { readonly type: 'publish'; readonly topic: string; readonly data: unknown };

/** Messages of the application or frames, written within one turn of the event loop and sent together. `n` is the number of the last one, counted over the whole channel; large ones count several times. `lost` messages were dropped before these. */
export type Batch = { readonly cmd: typeof batchCommand; readonly n: number; readonly lost?: number } & (
  | { readonly messages: readonly unknown[] }
  /** Each one is checked with `isFrame` before it is used. */
  | { readonly frames: readonly unknown[] }
);

/** Everything up to number `acknowledged` has been handled, so the sender may send more. */
export interface Acknowledgement {
  readonly cmd: typeof batchCommand;
  readonly acknowledged: number;
}

/** Messages whose `cmd` begins with `NODE_` are delivered as `internalMessage`: the application and other libraries do not see them. */
export const batchCommand = 'NODE_PROTEUS_CLUSTER_BATCH';

/** The preload stores `EarlyFrames` on `globalThis` under `Symbol.for` of this key, because the worker may load another copy of this package than its master. */
export type EarlyFramesKey = 'proteus-cluster:channel';

/** What the preload keeps for the worker API. */
export interface EarlyFrames {
  serialization: 'json' | 'advanced';
  /** Batches that arrived before the worker API was loaded. */
  readonly batches: unknown[];
  take: ((batch: unknown) => void) | undefined;
  /** Sends everything that is queued. */
  flush: () => void;
  /** The process is exiting: the event loop runs no further turn. */
  ended: boolean;
  /** The connection of the first copy of the worker API that was loaded; further copies use it too. */
  connection: unknown;
}
