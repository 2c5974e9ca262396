// Changes one decision of the source at a time, in a copy, and runs the test that must fail then:
// npm run mutate -- [pattern] [--part 2/6] [--seconds 600]
import { readOptions } from './mutate/options.js';
import { mutate } from './mutate/mutate.js';

try {
  process.exitCode = await mutate(readOptions(process.argv.slice(2)));
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
