const exitCallbacks = new Set<() => void>();

const runExitCallbacks = (): void => {
  for (const callback of exitCallbacks) callback();
};

/** Calls `callback` when this process exits. All callbacks share one `exit` listener, so that many logs cause no warning of Node about leaked listeners. Returns a function that removes the callback. */
export const atExit = (callback: () => void): (() => void) => {
  if (exitCallbacks.size === 0) process.on('exit', runExitCallbacks);
  exitCallbacks.add(callback);
  return () => {
    if (exitCallbacks.delete(callback) && exitCallbacks.size === 0) process.off('exit', runExitCallbacks);
  };
};
