/** Ends this process as a lost terminal ends one, by SIGHUP. With `process.exit()` Node would restore the modes of the terminal, which is gone, and abort with its own stack trace. */
export const hangUp = (): void => {
  process.removeAllListeners('SIGHUP');
  process.kill(process.pid, 'SIGHUP');
};
