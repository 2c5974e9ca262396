import * as crashes from './scenarios/crashes.js';
import * as deploy from './scenarios/deploy.js';
import * as orphans from './scenarios/orphans.js';
import * as respawn from './scenarios/respawn.js';
import * as roll from './scenarios/roll.js';
import * as rolls from './scenarios/rolls.js';
import * as shrink from './scenarios/shrink.js';
import * as shutdown from './scenarios/shutdown.js';

export const scenarios = { roll, rolls, respawn, crashes, deploy, shutdown, shrink, orphans };
