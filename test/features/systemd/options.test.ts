import { describe, expect, test } from 'vitest';
import { configure } from '../../../src/config/configure.js';
import { attachedParts } from '../../../src/features/fold.js';
import { environment } from '../../../src/host/environment.js';
import { serviceManager } from '../../../src/host/serviceManager.js';

/** The settings with which the part is attached under these variables. */
const settings = (variables: Readonly<Record<string, string>>, config: object = {}): unknown => {
  const { options } = configure({ exec: 'worker.js', ...config }, environment());
  const parts = attachedParts(options, serviceManager(variables, 7));
  return parts.find(({ name }) => name === 'systemd')?.settings;
};

const socket = { NOTIFY_SOCKET: '/run/systemd/notify' };

describe('the part is attached', () => {
  test('not without a service manager', () => {
    expect(settings({})).toBeUndefined();
  });
  test('not for sockets alone', () => {
    expect(settings({ LISTEN_FDS: '1', LISTEN_PID: '7', LISTEN_FDNAMES: 'web' })).toBeUndefined();
  });
  test('with the notification socket, the watchdog and the option of the cluster', () => {
    expect(settings({ ...socket, WATCHDOG_USEC: '3000000' }, { readyTimeout: 5 })).toEqual({
      descriptor: undefined,
      notifySocket: true,
      watchdog: 3000,
      silent: false,
      readyTimeout: 5,
    });
  });
  test('with the descriptor that the unit has opened', () => {
    const variables = { LISTEN_FDS: '2', LISTEN_PID: '7', LISTEN_FDNAMES: 'web:notify' };
    expect(settings(variables)).toMatchObject({ descriptor: 4, notifySocket: false });
  });
  test('with systemd: false it is silent, so that other clusters of the process do not wait for it', () => {
    expect(settings(socket, { systemd: false })).toMatchObject({ silent: true });
  });
});

test('anything but true and false is refused', () => {
  expect(() => settings({}, { systemd: 'yes' })).toThrow('systemd: expected true or false, got "yes"');
});
