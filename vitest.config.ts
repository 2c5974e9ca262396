import { availableParallelism } from 'node:os';
import { defineConfig } from 'vitest/config';

const simulation = 'test/simulation/**/*.test.ts';
// Programs of users, in many processes: npm run test:package
const consumers = [
  // They install packages, and compile with several versions of TypeScript.
  'test/package/*.test.ts',
  // They run what the documents show.
  'test/docs/{addingAFeature,quickStart,runSnippets,testingYourPolicy}.test.ts',
  // They run examples, frameworks, and the programs of 2012.
  'test/process/{apps,compat2012,examples}.test.ts',
];

// Parts on top of the public API, and what else needs many real masters: npm run test:operation
const operation = [
  'test/{cli,client,control,metrics,otel,services,status,systemd,terminal,web}/**/*.test.ts',
  'test/features/{metrics,promClient,systemd,webPage}/**/*.test.ts',
  'test/process/{container,inheritedSockets}.test.ts',
  // The simulated host against real processes.
  'test/reality/*.test.ts',
  'test/features/*/reality.test.ts',
];

// The live views, in a real browser and a real terminal: npm run test:views
const views = 'test/views/**/*.test.ts';

// Logic in virtual time and pure functions. Modules of src keep no state that these tests see, so the files share them: loading them again for each file took as long as the tests.
const logic = [
  'test/{channel,config,drawing,operators,registry,state,streams,testing,vocabulary}/**/*.test.ts',
  'test/features/*/!(process|servers).test.ts',
  'test/fleet/**/!(*.nats).test.ts',
];

// Parts that need a real nats-server: npm run test:fleet
const fleet = 'test/fleet/**/*.nats.test.ts';

export default defineConfig({
  test: {
    testTimeout: 20_000,
    // Tests of real processes wait much of their time: there may be more of them than cores.
    maxWorkers: availableParallelism() + 1,
    projects: [
      // The simulation computes all the time, and real processes would have to wait for it: one after the other.
      // How fast that is, the bench says; here it must only end.
      {
        extends: true,
        test: { name: 'simulation', include: [simulation], testTimeout: 120_000, sequence: { groupOrder: 0 } },
      },
      {
        extends: true,
        // They compute all the time too, and wait for nothing: how long that takes says something about the machine only.
        test: {
          name: 'logic',
          include: logic,
          exclude: operation,
          isolate: false,
          testTimeout: 120_000,
          sequence: { groupOrder: 1 },
        },
      },
      {
        extends: true,
        test: {
          name: 'tests',
          include: ['test/**/*.test.ts'],
          exclude: [simulation, ...logic, ...operation, ...consumers, views, fleet],
          sequence: { groupOrder: 2 },
        },
      },
      { extends: true, test: { name: 'operation', include: operation, sequence: { groupOrder: 3 } } },
      { extends: true, test: { name: 'package', include: consumers, sequence: { groupOrder: 4 } } },
      { extends: true, test: { name: 'views', include: [views], sequence: { groupOrder: 5 } } },
      { extends: true, test: { name: 'fleet', include: [fleet], sequence: { groupOrder: 6 } } },
    ],
  },
});
