// Apart from `fleet`, so that a master without a fleet does not load that.
export { joinedFleet$ } from './fleet/state/joinedFleet.js';
