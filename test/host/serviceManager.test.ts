import { expect, test } from 'vitest';
import { serviceManager } from '../../src/host/serviceManager.js';

const none = { notifySocket: false, watchdog: undefined, descriptors: [] };

test('without variables there is no service manager', () => {
  expect(serviceManager({}, 7)).toEqual(none);
});

test('descriptors are numbered from 3, with the names of the unit', () => {
  const { descriptors } = serviceManager({ LISTEN_FDS: '3', LISTEN_PID: '7', LISTEN_FDNAMES: 'web:notify' }, 7);
  expect(descriptors).toEqual([
    { fd: 3, name: 'web' },
    { fd: 4, name: 'notify' },
    { fd: 5, name: '' },
  ]);
});

test('descriptors and a watchdog for another process are left out', () => {
  const variables = { LISTEN_FDS: '1', LISTEN_PID: '8', WATCHDOG_USEC: '2000000', WATCHDOG_PID: '8' };
  expect(serviceManager(variables, 7)).toEqual(none);
});

test('the watchdog is in ms, for this process or without a pid', () => {
  expect(serviceManager({ WATCHDOG_USEC: '2000000', WATCHDOG_PID: '7' }, 7).watchdog).toBe(2000);
  expect(serviceManager({ WATCHDOG_USEC: '2000000' }, 7).watchdog).toBe(2000);
});

test.for(['', 'x', '-1', '0', 'NaN', '1e999', '1.5'])('numbers that are none are ignored: %s', (value) => {
  expect(serviceManager({ WATCHDOG_USEC: value, LISTEN_FDS: value, LISTEN_PID: '7' }, 7)).toEqual(none);
});

test('a notification socket is there if its variable is not empty', () => {
  expect(serviceManager({ NOTIFY_SOCKET: '/run/systemd/notify' }, 7).notifySocket).toBe(true);
  expect(serviceManager({ NOTIFY_SOCKET: '' }, 7).notifySocket).toBe(false);
});
