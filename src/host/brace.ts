const wait = (): void => {};

/**
 * Keeps signals from ending this process before anybody handles them: who reads the pid file may send one by it at once. One that comes meanwhile
 * is delivered to the handlers that there are by then. Returns what ends it.
 */
export const brace = (names: readonly string[]): (() => void) => {
  for (const name of names) process.on(name, wait);
  let held = true;
  return () => {
    if (!held) return;
    held = false;
    for (const name of names) process.off(name, wait);
  };
};
