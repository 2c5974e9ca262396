import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 20_000,
    // Tests of real processes wait much of their time: there may be more of them than cores.
    maxWorkers: availableParallelism() + 1,
  },
});
