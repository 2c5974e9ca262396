import { isLifeOperator } from '../operators/respawn/policy.js';
import type { ClusterOptions } from '../config/clusterOptions.js';
import type { MessageBatchDraft } from '../vocabulary/messageBatch.js';
import type { Host } from '../host/host.js';
import type { Emit } from '../operators/general/loop.js';
import { saysReady } from '../operators/lifecycle/ready.js';
import { deliverMessages } from '../operators/messages/deliverMessages.js';

/** A host that emits the messages of its processes directly into the loop. The messages by which a worker reports that it is ready are not emitted. */
export const hostWithMessages = (
  host: Host,
  { ready, respawn }: Pick<ClusterOptions, 'ready' | 'respawn'>,
  { emit }: Emit<MessageBatchDraft>,
): Host => {
  const delivery = {
    json: host.serialization === 'json',
    isPrivate: ready === 'message' ? saysReady : () => false,
    // A user's respawn operator gets all events of a worker, and so does a `ready` predicate.
    inspects: typeof ready === 'function' || isLifeOperator(respawn),
    deliver: emit,
  };
  return { ...host, fork: (slotRef, options) => host.fork(slotRef, options).pipe(deliverMessages(slotRef, delivery)) };
};
