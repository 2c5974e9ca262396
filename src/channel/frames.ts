/** What the worker's face and the master write to each other, beside the messages of the application. */
export type Frame =
  | Opening
  /** To whoever opened: the answer, one; or some values of many, then `end`; or why there is none. */
  | { readonly type: 'answer'; readonly id: number; readonly message: unknown }
  | { readonly type: 'value'; readonly id: number; readonly value: unknown }
  | { readonly type: 'end'; readonly id: number }
  | { readonly type: 'fail'; readonly id: number; readonly why: string }
  /** From whoever opened: so many more values may come; nothing more is wanted. */
  | { readonly type: 'credit'; readonly id: number; readonly credit: number }
  | { readonly type: 'drop'; readonly id: number }
  | TopicFrame
  /** Something in the worker went wrong that ends nothing. */
  | { readonly type: 'fault'; readonly why: string };

/** Begins a conversation. Whoever opens it numbers it: both sides count for themselves. */
type Opening =
  | { readonly type: 'ask'; readonly id: number; readonly message: unknown }
  | { readonly type: 'open'; readonly id: number; readonly name: string; readonly credit: number };

export type TopicFrame =
  | { readonly type: 'join' | 'leave'; readonly topic: string }
  | { readonly type: 'publish'; readonly topic: string; readonly data: unknown };

/** Messages of the application, or letters: what was written in one turn travels together. `n` counts what has been sent so far, in messages of usual weight. */
export type Batch = { readonly cmd: typeof batchCommand; readonly n: number; readonly lost?: number } & (
  | { readonly messages: readonly unknown[] }
  /** Each of them a `Letter`, once it has been looked at. */
  | { readonly letters: readonly unknown[] }
);

/** All parcels up to this one have been dealt with: as many more may come. */
export interface Receipt {
  readonly cmd: typeof batchCommand;
  readonly taken: number;
}

/** Node keeps a `cmd` that begins with `NODE_` from the application, and from other libraries on both sides of the channel. */
export const batchCommand = 'NODE_PROTEUS_CLUSTER_POST';

/** Where a worker's preload keeps `Early`, under `Symbol.for` of this on `globalThis`: a worker may load another copy of this package than its master. */
export type EarlyFramesKey = 'proteus-cluster:post';

/** What a worker's preload has for its face. */
export interface EarlyFrames {
  serialization: 'json' | 'advanced';
  /** What came before the face was loaded. */
  readonly parcels: unknown[];
  take: ((parcel: unknown) => void) | undefined;
  /** Sends what waits. */
  flush: () => void;
  /** The process ends: no turn follows. */
  ended: boolean;
  /** Where a second copy of the face finds what the first one uses. */
  connection: unknown;
}
