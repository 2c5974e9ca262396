import { isLifeOperator } from '../operators/respawn/policy.js';
import type { Policy } from '../config/policy.js';
import type { MessageBatchDraft } from '../vocabulary/messageBatch.js';
import type { Host } from '../host/host.js';
import type { Emit } from '../operators/general/loop.js';
import { saysReady } from '../operators/lifecycle/ready.js';
import { deliverMessages } from '../operators/messages/deliverMessages.js';

/** A host whose processes' messages are emitted at once. Those by which a worker says that it is ready are not emitted. */
export const hostWithMessages = (
  host: Host,
  { ready, respawn }: Pick<Policy, 'ready' | 'respawn'>,
  { emit }: Emit<MessageBatchDraft>,
): Host => {
  const delivery = {
    json: host.serialization === 'json',
    isPrivate: ready === 'message' ? saysReady : () => false,
    // An operator of the user's sees the whole life of a worker, and a predicate all that could be a sign of readiness.
    inspects: typeof ready === 'function' || isLifeOperator(respawn),
    deliver: emit,
  };
  return { ...host, fork: (slotRef) => host.fork(slotRef).pipe(deliverMessages(slotRef, delivery)) };
};
