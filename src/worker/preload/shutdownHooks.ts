/** That this worker is to leave, and what the application does before it goes: `stopping$` and `onStop` of the face. */
import type { ShutdownHooks, ShutdownHooksKey, Hook, WorkerSays } from '../../vocabulary/protocol.js';
import * as channel from './masterChannel.js';
import * as text from './text.js';

const key: ShutdownHooksKey = 'proteus-cluster:farewell';

const listeners = new Set<(why: string) => void>();
const hooks: Hook[] = [];
let why: string | undefined;
let closed = false;
let complain: (hook: Hook, what: string) => void = () => {};

const farewell: ShutdownHooks = {
  hear: (listener) => {
    if (why === undefined) listeners.add(listener);
    else listener(why);
    return () => listeners.delete(listener);
  },
  add: (hook) => {
    hooks.push(hook);
    // What is opened so late is closed at once.
    if (closed) void attempt(hooks.pop() ?? hook).catch((error: unknown) => complain(hook, failure(error)));
    return () => {
      const at = hooks.lastIndexOf(hook);
      if (at >= 0) hooks.splice(at, 1);
    };
  },
};

/** The worker is to leave, for the first reason that is given. */
const begin = (reason: string): void => {
  if (why !== undefined) return;
  why = reason;
  for (const listener of Array.from(listeners)) channel.safely('stopping$', listener)(reason);
  listeners.clear();
};

/**
 * Calls the hooks, the last one first and each when the one before has settled: what was opened last may need what was opened before it.
 * One that fails, or has not settled after `ms`, is told of and passed over. `done` is called when all have had their turn; at once where there are none.
 */
const close = (ms: number, say: (says: WorkerSays) => void, done: () => void): void => {
  complain = (hook, what) => say({ cmd: 'NODE_PROTEUS_CLUSTER:error', message: `onStop: ${nameOf(hook)} ${what}` });
  if (hooks.length === 0) {
    closed = true;
    done();
    return;
  }
  // Before the first: one that blocks cannot be told of later.
  say({ cmd: 'NODE_PROTEUS_CLUSTER:hooks', names: hooks.map(nameOf).toReversed() });
  const until = performance.now() + ms;
  const next = (): void => {
    const hook = hooks.pop();
    if (hook === undefined) {
      closed = true;
      done();
      return;
    }
    let settled = false;
    const settle = (what?: string) => {
      if (settled) return;
      settled = true;
      clearTimeout(late);
      if (what !== undefined) complain(hook, what);
      next();
    };
    const left = until - performance.now();
    // Once the time is over nothing but the master's SIGKILL ends a hook.
    const late =
      left > 0 ? setTimeout(settle, left, `has not settled ${Math.round(ms)} ms after it could begin`) : undefined;
    attempt(hook).then(
      () => settle(),
      (error: unknown) => settle(failure(error)),
    );
  };
  next();
};

const attempt = async (hook: Hook): Promise<void> => {
  await hook();
};

const failure = (error: unknown): string => `failed: ${text.describe(error).message}`;

/** A class may have given it another `name` than a text. */
const nameOf = (hook: Hook): string => text.textOf(() => hook.name) || 'a hook';

const start = (): void => {
  Reflect.set(globalThis, Symbol.for(key), farewell);
};

export { start, begin, close };
