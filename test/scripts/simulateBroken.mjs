// Runs schedules of which many fail: node simulateBroken.mjs [schedules] [seed] [folder]
import { simulate } from '../../scripts/simulate/simulate.js';

const [schedules, seed, folder] = process.argv.slice(2);
process.exitCode = await simulate({
  schedules: Number(schedules),
  seed: Number(seed),
  part: 'one',
  module: new URL('broken.mjs', import.meta.url),
  folder,
});
