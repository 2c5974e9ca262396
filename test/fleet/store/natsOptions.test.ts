import { expect, test } from 'vitest';
import { shownServers } from '../../../src/fleet/store/natsOptions.js';

test.each([
  ['nats-1:4222', 'nats-1:4222'],
  ['tls://nats-1:4222', 'tls://nats-1:4222'],
  ['nats://ann:secret@nats-1:4222', 'nats://nats-1:4222'],
  ['nats://ann:se@cr@et@nats-1', 'nats://nats-1'],
  ['nats://ann:se/cr//et@nats-1', 'nats://nats-1'],
  ['ann:secret@nats-1:4222', 'nats-1:4222'],
  ['[::1]:4222', '[::1]:4222'],
])('%s is shown without a password: %s', (address, shown) => {
  expect(shownServers({ servers: [address, 'nats-2'], name: 'shop' })).toBe(`${shown}, nats-2`);
});
