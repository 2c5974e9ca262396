// Runs schedules of the simulation on all cores: npm run simulate -- --schedules 100000 --seed 2012
// It runs what tsc has compiled into .simulation: the oldest Node that is supported does not read TypeScript.
import { readOptions } from './simulate/options.js';
import { simulate } from './simulate/simulate.js';

const module = new URL('../.simulation/test/simulation/chunk.js', import.meta.url);

try {
  process.exitCode = await simulate({ ...readOptions(process.argv.slice(2)), module });
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}
