import { join } from 'node:path';
import { createVitest } from 'vitest/node';

// A process that runs test files of a folder, one at a time, and answers each message with what came of it.
// Vitest stays loaded, and so does the source that it has transformed: to do both again for each mutation took longer than nearly all tests.
// The tests themselves run in a new process each time, which loads all modules anew.
const [folder] = process.argv.slice(2);
const vitest = await createVitest('test', {
  root: folder,
  watch: false,
  // Also where the configuration lets files share a process: a mutation must not meet the modules of the one before.
  isolate: true,
  // The first test that fails is enough.
  bail: 1,
  silent: true,
  reporters: [{}],
});

process.on('message', async ({ test, red, changed }) => {
  const path = join(folder, test);
  const forgetChanged = () => vitest.invalidateFile(join(folder, changed));
  forgetChanged();
  if (red === undefined) vitest.resetGlobalTestNamePattern();
  else vitest.setGlobalTestNamePattern(red);
  const { testModules, unhandledErrors } = await vitest.runTestSpecifications(
    await vitest.globTestSpecifications([path]),
  );
  // The change is undone before the next test.
  forgetChanged();
  // The result also has the modules of runs before.
  const modules = testModules.filter(({ moduleId }) => moduleId === path);
  const tests = modules.flatMap(({ children }) => Array.from(children.allTests()));
  process.send({
    ran: tests.filter((each) => ['passed', 'failed'].includes(each.result().state)).length,
    failed: tests.filter((each) => each.result().state === 'failed').map(({ fullName }) => fullName),
    broken: tests.length === 0,
    errors: modules.flatMap((module) => module.errors()).length + unhandledErrors.length,
  });
});
process.on('disconnect', () => process.exit());
process.send('ready');
