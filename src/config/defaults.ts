/** The defaults of options that are plain numbers. Times in ms. */
export const defaults = {
  disconnectTimeout: 120_000,
  readyTimeout: 60_000,
  minReadyTime: 1_000,
  minUptime: 60_000,
  drain: { linger: 1_000 },
} as const;
