/** The preload's part of `stopping$` and `onStop`: announces that this worker leaves, and runs the application's functions before it does. */
import type { ShutdownHooks, ShutdownHooksKey, Hook, WorkerFrame } from '../../vocabulary/protocol.js';
import * as channel from './masterChannel.js';
import * as text from './text.js';

const key: ShutdownHooksKey = 'proteus-cluster:shutdown-hooks';

const listeners = new Set<(why: string) => void>();
const hooks: Hook[] = [];
let leavingReason: string | undefined;
let hasRun = false;
let reportFailure: (hook: Hook, what: string) => void = () => {};

const shutdownHooks: ShutdownHooks = {
  onStopping: (listener) => {
    if (leavingReason === undefined) listeners.add(listener);
    else listener(leavingReason);
    return () => listeners.delete(listener);
  },
  add: (hook) => {
    hooks.push(hook);
    // It is added after the others have run, so it runs at once.
    if (hasRun) void call(hooks.pop() ?? hook).catch((error: unknown) => reportFailure(hook, failureText(error)));
    return () => {
      const at = hooks.lastIndexOf(hook);
      if (at >= 0) hooks.splice(at, 1);
    };
  },
};

/** Announces to `stopping$` that the worker leaves. Only the first call counts. */
const announce = (reason: string): void => {
  if (leavingReason !== undefined) return;
  leavingReason = reason;
  for (const listener of Array.from(listeners)) channel.safely('stopping$', listener)(reason);
  listeners.clear();
};

/**
 * Calls the hooks, the last one first, each when the one before has settled: what was opened last may need what was opened before it.
 * One that fails, or has not settled `ms` after the call, is reported, and the next is called. `done` is called after the last; at once if there are none.
 */
const run = (ms: number, send: (frame: WorkerFrame) => void, done: () => void): void => {
  reportFailure = (hook, what) =>
    send({ cmd: 'NODE_PROTEUS_CLUSTER:error', message: `onStop: ${nameOf(hook)} ${what}` });
  if (hooks.length === 0) {
    hasRun = true;
    done();
    return;
  }
  // Before the first, because a hook that blocks prevents later reports.
  send({ cmd: 'NODE_PROTEUS_CLUSTER:hooks', names: hooks.map(nameOf).toReversed() });
  const deadline = performance.now() + ms;
  const next = (): void => {
    const hook = hooks.pop();
    if (hook === undefined) {
      hasRun = true;
      done();
      return;
    }
    let settled = false;
    const settle = (what?: string) => {
      if (settled) return;
      settled = true;
      clearTimeout(timer);
      if (what !== undefined) reportFailure(hook, what);
      next();
    };
    const remaining = deadline - performance.now();
    // After the deadline only the master's SIGKILL ends a hook.
    const timer =
      remaining > 0
        ? setTimeout(settle, remaining, `has not settled ${Math.round(ms)} ms after it could begin`)
        : undefined;
    call(hook).then(
      () => settle(),
      (error: unknown) => settle(failureText(error)),
    );
  };
  next();
};

const call = async (hook: Hook): Promise<void> => {
  await hook();
};

const failureText = (error: unknown): string => `failed: ${text.describe(error).message}`;

/** `name` may be anything, or throw: a class can define it. */
const nameOf = (hook: Hook): string => text.textOf(() => hook.name) || 'a hook';

const start = (): void => {
  Reflect.set(globalThis, Symbol.for(key), shutdownHooks);
};

export { start, announce, run };
