import { beforeAll, onTestFinished } from 'vitest';

/** What ends the things that `startedOnce` has started. */
let shared: (() => unknown)[] | undefined;

/** Does this when the test is over; for what `startedOnce` starts, when the last test of its file or group is. */
export const whenOver = (clean: () => unknown): void => {
  if (shared === undefined) onTestFinished(async () => void (await clean()));
  else shared.push(clean);
};

/** Starts what all tests of a file or group use, once: processes, servers and folders live until the last of them is over. */
export const startedOnce = (start: () => Promise<void>, timeout: number): void =>
  beforeAll(async () => {
    const cleans: (() => unknown)[] = [];
    shared = cleans;
    try {
      await start();
    } finally {
      shared = undefined;
    }
    return async () => {
      // The last one first, as after a test.
      // oxlint-disable-next-line no-await-in-loop
      for (const clean of cleans.toReversed()) await clean();
    };
  }, timeout);
