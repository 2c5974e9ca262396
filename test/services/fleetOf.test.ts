import { expect, test } from 'vitest';
import { fleetOf } from '../../src/services/fleetOf.js';

const fleet = { servers: 'nats-1:4222', name: 'prod' };

test('a configuration without a fleet has none', async () => {
  expect(await fleetOf({ exec: 'a.js' }, undefined)).toBeUndefined();
  expect(await fleetOf({ profiles: { test: { worker: 1 } } }, 'test')).toBeUndefined();
});

test('a profile overrides options of the fleet, or has none', async () => {
  const profiles = { staging: { fleet: { name: 'staging' } }, alone: { fleet: false }, other: {} };
  expect(await fleetOf({ fleet, profiles }, undefined)).toEqual(fleet);
  expect(await fleetOf({ fleet, profiles }, 'other')).toEqual(fleet);
  expect(await fleetOf({ fleet, profiles }, 'staging')).toEqual({ servers: 'nats-1:4222', name: 'staging' });
  expect(await fleetOf({ fleet, profiles }, 'alone')).toBeUndefined();
  expect(await fleetOf({ profiles: { production: { fleet } } }, 'production')).toEqual(fleet);
  expect(await fleetOf({ profiles: { production: { fleet } } }, undefined)).toBeUndefined();
});

test.for([
  [{ fleet: 'nats-1' }, 'fleet: expected an object, got "nats-1"'],
  [{ fleet: { name: 'prod' } }, 'fleet.servers: expected the address of a server of NATS'],
  [{ fleet: { ...fleet, name: 'a b' } }, 'fleet.name: expected a name of letters, digits, - and _'],
  [{ fleet: { ...fleet, hots: 'web1' } }, 'fleet.hots: is not an option'],
  [{ fleet, profiles: { staging: { fleet: { name: '' } } } }, 'profiles.staging.fleet.name: expected a name'],
  [{ fleet: { ...fleet, token: 'a', nkey: 'b' } }, 'fleet.token: expected one of credentials, nkey, token and user'],
] as const)('%j is an error', async ([configuration, message]) => {
  await expect(fleetOf(configuration, undefined)).rejects.toThrow(message);
});
