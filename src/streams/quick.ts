import type { Policy } from '../config.js';
import type { Draft } from '../events.js';
import type { Host } from '../host/host.js';
import type { Voice } from '../operators/loop.js';
import { mindsMessages } from '../operators/ready.js';
import { shortcut } from '../operators/shortcut.js';

/** A host whose processes' messages are told at once, but those that readiness goes by, and all of them where an operator of the user's is to see the whole life of a worker. */
export const quick = (
  host: Host,
  { ready, respawn }: Pick<Policy, 'ready' | 'respawn'>,
  { tell }: Voice<Draft>,
): Host => {
  if (typeof respawn === 'function') return host;
  const minds = mindsMessages(ready);
  return { ...host, fork: (seat) => host.fork(seat).pipe(shortcut(seat, minds, tell)) };
};
