import * as health from './health/preload.js';
import * as leader from './leader/preload.js';
import * as pause from './pause/preload.js';
import * as promClient from './promClient/preload.js';
import * as retireWhenClosed from './retireWhenClosed/preload.js';
import * as standby from './standby/preload.js';

/** The parts of features that run in each worker before the application. */
export const preloaded = [health, leader, pause, promClient, retireWhenClosed, standby];
