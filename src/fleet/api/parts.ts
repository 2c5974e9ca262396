import { fleetLeaders as leader } from '../leader/leaders.js';
import { fleetMessages } from '../messages/fleetMessages.js';
import { answerViewers } from '../view/answerViewers.js';

/** What a host does for the fleet beside its membership and its restarts, until it leaves. */
export const parts = [answerViewers, leader, fleetMessages];
