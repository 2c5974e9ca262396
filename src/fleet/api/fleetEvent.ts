import type { AnnounceEvent } from '../membership/announce.js';
import type { MembershipEvent } from '../membership/events.js';
import type { AgentEvent } from '../roll/hostAgent.js';
import type { RollEvent } from '../roll/rollEvents.js';

/** What happens in a fleet, as one host sees it. Plain data. */
export type FleetEvent = ConnectionEvent | AnnounceEvent | MembershipEvent | RollEvent | AgentEvent;

export type ConnectionEvent =
  /** The store of the fleet is reachable: this host takes part. */
  | { readonly type: 'connected' }
  /** The store is not reachable any more: this host keeps serving, and takes part again when it is. */
  | { readonly type: 'disconnected' }
  /** Why the store is not reachable, or what it refuses, the same text once in a row; or what a function of the options does wrong. */
  | { readonly type: 'problem'; readonly problem: string };
