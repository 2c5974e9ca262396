/** A second is enough for what was written to be read. */
const waitMs = 1_000;

/**
 * Ends this process, with its exit code, some time after the command has ended: a configuration is code, and what it has opened, such as a server or a connection, would keep the process for ever.
 * The timer keeps nothing alive itself.
 */
export const endSoon = (): void => {
  setTimeout(() => process.exit(), waitMs).unref();
};
