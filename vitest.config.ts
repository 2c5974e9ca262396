import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const simulation = 'test/simulation/**/*.test.ts';
// They install packages and compile with several versions of TypeScript: npm run test:package
const consumers = ['test/package/rxjs.test.ts', 'test/package/typescript.test.ts'];

export default defineConfig({
  test: {
    testTimeout: 20_000,
    // Tests of real processes wait much of their time: there may be more of them than cores.
    maxWorkers: availableParallelism() + 1,
    projects: [
      // The simulation computes all the time, and real processes would have to wait for it: one after the other.
      { extends: true, test: { name: 'simulation', include: [simulation], sequence: { groupOrder: 0 } } },
      {
        extends: true,
        test: {
          name: 'tests',
          include: ['test/**/*.test.ts'],
          exclude: [simulation, ...consumers],
          sequence: { groupOrder: 1 },
        },
      },
      { extends: true, test: { name: 'package', include: consumers, sequence: { groupOrder: 2 } } },
    ],
  },
});
