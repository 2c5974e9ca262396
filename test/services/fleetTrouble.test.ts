import { expect, test } from 'vitest';
import type { FleetEvent } from '../../src/fleet.js';
import { fleetTrouble } from '../../src/services/fleetTrouble.js';

test.for<[FleetEvent, string | undefined]>([
  [
    { type: 'disconnected' },
    'NATS is not reachable. This host keeps serving, and begins no restart of the fleet until it is',
  ],
  [{ type: 'problem', problem: 'no JetStream' }, 'no JetStream'],
  [{ type: 'name-taken', host: 'a', pid: 1, problem: 'another master' }, 'another master'],
  [
    { type: 'member-unreadable', host: 'a', problem: 'format: expected 1, got nothing' },
    'the record of the member a cannot be read (format: expected 1, got nothing), so it is left out',
  ],
  [{ type: 'roll-unreadable', service: 'shop', problem: 'no record' }, 'no record'],
  [{ type: 'connected' }, undefined],
  [{ type: 'joined', host: 'a' }, undefined],
])('what goes wrong in a fleet is one sentence: %j', ([event, text]) => {
  expect(fleetTrouble(event)).toBe(text);
});
