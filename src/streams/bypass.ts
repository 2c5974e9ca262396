import type { Policy } from '../config/policy.js';
import type { EventDraft } from '../vocabulary/events.js';
import type { Host } from '../host/host.js';
import type { Emit } from '../operators/general/loop.js';
import { mindsMessages } from '../operators/lifecycle/ready.js';
import { bypassMessages } from '../operators/messages/bypassMessages.js';

/** A host whose processes' messages are told at once, but those that readiness goes by, and all of them where an operator of the user's is to see the whole life of a worker. */
export const hostWithBypass = (
  host: Host,
  { ready, respawn }: Pick<Policy, 'ready' | 'respawn'>,
  { emit }: Emit<EventDraft>,
): Host => {
  if (typeof respawn === 'function') return host;
  const minds = mindsMessages(ready);
  return { ...host, fork: (seat) => host.fork(seat).pipe(bypassMessages(seat, minds, emit)) };
};
