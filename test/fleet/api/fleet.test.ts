import { expect, test } from 'vitest';
import { checkFleetOptions } from '../../../src/fleet/api/fleet.js';

const options = { servers: 'nats-1:4222', name: 'shop' };

test('options that were read from a file are returned as they are', () => {
  const all = { ...options, host: 'web1', token: 'secret', release: () => '1', gate: () => [], replicas: 3 };
  expect(checkFleetOptions(all)).toBe(all);
});

test.each([
  [{ ...options, hosts: 'web1' }, 'fleet.hosts: is not an option. There are servers, name, credentials'],
  [{ ...options, host: '' }, 'fleet.host: expected a name of 255 characters at most'],
  [{ ...options, host: 'a'.repeat(256) }, 'fleet.host: expected a name of 255 characters at most'],
  [{ ...options, release: '1.0.0' }, 'fleet.release: expected a function'],
  [{ ...options, gate: true }, 'fleet.gate: expected a function'],
  [{ servers: 'nats-1:4222' }, 'fleet.name: expected a name of letters, digits, - and _, got undefined'],
  [{ name: 'shop' }, 'fleet.servers: expected the address of a server of NATS'],
  [{ ...options, token: 'a', nkey: 'file' }, 'fleet.token: expected one of credentials, nkey, token and user'],
  [null, 'fleet: expected { servers, name }, got null'],
])('%j is refused in one sentence', (wrong, message) => {
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  expect(() => checkFleetOptions(wrong as never)).toThrow(message);
});
