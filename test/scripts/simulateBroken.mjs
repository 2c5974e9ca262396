// Runs schedules of which many fail: node simulateBroken.mjs [schedules] [seed]
import { simulate } from '../../scripts/simulate/simulate.js';

const [schedules, seed] = process.argv.slice(2).map(Number);
process.exitCode = await simulate({ schedules, seed, part: 'one', module: new URL('broken.mjs', import.meta.url) });
