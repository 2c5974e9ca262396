import { EventEmitter } from 'node:events';
import type { Server } from 'node:net';
import { expect, test } from 'vitest';
import { follow, isUpgraded } from '../../../src/worker/preload/upgrades.js';

/** A server, and what its sockets are to the preload. */
const followed = (before: (server: EventEmitter) => void = () => {}) => {
  const server = new EventEmitter();
  before(server);
  // It stands in for a server: only its events matter here.
  // oxlint-disable-next-line typescript/no-unsafe-type-assertion
  follow(server as unknown as Server);
  const upgrade = (name = 'upgrade') => {
    const socket = new EventEmitter();
    server.emit(name, { headers: {} }, socket);
    // oxlint-disable-next-line typescript/no-unsafe-type-assertion
    return isUpgraded(socket as never);
  };
  return { server, upgrade };
};

const ignore = () => {};

test.each(['upgrade', 'connect'])('%s: a server without a listener of the application has none', (name) => {
  expect(followed().server.listenerCount(name)).toBe(0);
});

test.each(['upgrade', 'connect'])('%s: beside a listener of the application the connection is noted', (name) => {
  const before = followed((server) => server.on(name, ignore));
  expect(before.upgrade(name)).toBe(true);
  const later = followed();
  later.server.on(name, ignore);
  expect(later.upgrade(name)).toBe(true);
});

test.each(['upgrade', 'connect'])(
  '%s: when the application removes its last listener, ours is removed too, and is added again with the next',
  (name) => {
    const { server, upgrade } = followed((one) => one.on(name, ignore).on(name, ignore));
    server.off(name, ignore);
    expect(server.listenerCount(name)).toBe(2);
    server.off(name, ignore);
    expect(server.listenerCount(name)).toBe(0);
    server.once(name, ignore);
    expect(upgrade(name)).toBe(true);
    expect(server.listenerCount(name)).toBe(0);
    server.on(name, ignore);
    expect(upgrade(name)).toBe(true);
    server.removeAllListeners(name);
    expect(server.listenerCount(name)).toBe(0);
    server.on(name, ignore);
    expect(server.listenerCount(name)).toBe(2);
  },
);

test('an upgrade that is emitted with something else than a request ends nothing', () => {
  const { server } = followed((one) => one.on('upgrade', ignore));
  expect(() => server.emit('upgrade', undefined, undefined)).not.toThrow();
});
