import type { FleetEvent } from '../fleet.js';

/** What is wrong with the membership of this host or with the records of its fleet, in words. `undefined` for all other events. */
export const fleetTrouble = (event: FleetEvent): string | undefined => {
  switch (event.type) {
    case 'disconnected':
      return 'NATS is not reachable. This host keeps serving, and begins no restart of the fleet until it is';
    case 'member-unreadable':
      return `the record of the member ${event.host} cannot be read (${event.problem}), so it is left out`;
    case 'problem':
    case 'name-taken':
    case 'roll-unreadable':
      return event.problem;
    default:
      return undefined;
  }
};
