// The respawn policy that the tests here are about: a second between two respawns, whatever their slots.
import { backoff, permanent, policy } from 'proteus-cluster/policy';
import { spaced } from '../policy/spaced.js';

export const respawnPolicy = policy(permanent(), backoff({ initial: 100, max: 5_000 }), spaced(1_000));
