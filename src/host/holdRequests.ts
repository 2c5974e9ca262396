import type { Worker } from 'node:cluster';

/** What an application does not reach: so many servers, or one that asks again and again. */
const maxHeld = 1_000;

/**
 * Holds a worker's requests to listen until the returned function is called: node:cluster does not get them, so the worker is not in rotation, and what it has called `listen` on waits. Then
 * node:cluster gets them in their order, and answers each as if the worker had just asked. `held` is called for each request, `invalid` for one that is too many, which is never answered.
 *
 * Call it before `refuseFrames`, so that only valid requests are held. A server that listens with `exclusive` or `reusePort` asks nobody and cannot be held.
 */
export const holdRequests = (
  { id, process: child }: Worker,
  held: () => void,
  invalid: (what: string) => void,
): (() => void) => {
  const requests: unknown[] = [];
  const hold = (message: unknown): void => {
    if (!isRequest(message)) return;
    if (requests.length < maxHeld) requests.push({ ...message });
    else
      invalid(
        `worker ${id} has asked to listen more than ${maxHeld} times while its requests are held. The request is ignored`,
      );
    // No listener after this one handles it.
    message.cmd = 'NODE_PROTEUS_CLUSTER_HELD';
    held();
  };
  child.prependListener('internalMessage', hold);
  return () => {
    child.off('internalMessage', hold);
    for (const request of requests.splice(0)) if (child.connected) child.emit('internalMessage', request);
  };
};

interface Request {
  cmd: unknown;
}

const isRequest = (message: unknown): message is Request =>
  typeof message === 'object' &&
  message !== null &&
  'cmd' in message &&
  message.cmd === 'NODE_CLUSTER' &&
  'act' in message &&
  message.act === 'queryServer';
