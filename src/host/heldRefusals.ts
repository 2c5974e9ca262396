/** By the key of the server: refusals of connections of which node:cluster has not been told yet, the oldest first. */
const held = new Map<string, Set<() => void>>();

/**
 * Calls `release` after `delay` ms, or as soon as `releaseOldest` comes to it. Returns a function that cancels the call.
 */
export const holdRefusal = (key: string, delay: number, release: () => void): (() => void) => {
  const ofServer = held.get(key) ?? new Set();
  held.set(key, ofServer);
  const cancel = (): void => {
    clearTimeout(timer);
    ofServer.delete(end);
    if (ofServer.size === 0 && held.get(key) === ofServer) held.delete(key);
  };
  const end = (): void => {
    cancel();
    release();
  };
  const timer = setTimeout(end, delay).unref();
  ofServer.add(end);
  return cancel;
};

/** Whether a refusal of a server is held. */
export const hasHeldRefusals = (key: string): boolean => held.has(key);

/** Ends the wait of the oldest refusal of a server: a worker has room for its connection. */
export const releaseOldest = (key: string): void => {
  const [oldest] = held.get(key) ?? [];
  oldest?.();
};
