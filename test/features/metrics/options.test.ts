import { expect, test } from 'vitest';
import { cluster$, type Config } from '../../../src/index.js';

const given = (config: object): Config => config;

test.each([
  [{ metrics: 'yes' }, 'metrics: expected true or false, or an object with port, host and application, got "yes"'],
  [{ metrics: {} }, 'metrics.port: expected a port, got none'],
  [{ metrics: { port: 70_000 } }, 'metrics.port: expected a port from 0 to 65535, got 70000'],
  [{ metrics: { port: '9464' } }, 'metrics.port: expected a port from 0 to 65535, got "9464"'],
  [{ metrics: { port: 1, host: '' } }, 'metrics.host: expected a string that is not empty, got ""'],
  [{ metrics: { prot: 1 } }, 'Did you mean metrics.port?'],
  [{ metrics: { port: 1, application: 1 } }, 'metrics.application: expected true or false, got 1'],
  [{ probes: true }, 'probes: expected an object with port, host and ready, got true'],
  [{ probes: { ready: 0 } }, "probes.ready: expected a whole number, 1 or more, or a share such as '50%', got 0"],
  [
    { probes: { ready: '150%' } },
    'probes.ready: expected a whole number, 1 or more, or a share such as \'50%\', got "150%"',
  ],
  [{ probes: { redy: 1 } }, 'Did you mean probes.ready?'],
  [{ probes: { host: '::' } }, 'probes.host: expected probes.port as well, got none'],
])('%j is refused', (config, message) => expect(() => cluster$(given(config))).toThrow(message));

test.each([
  { metrics: true },
  { metrics: false },
  { metrics: { port: 0 } },
  { metrics: { port: 9464, host: '0.0.0.0', application: false } },
  { probes: {} },
  { probes: { port: 0, host: '::1', ready: '50%' } },
  { metrics: { port: 0, host: undefined }, probes: { ready: 2 } },
])('%j is accepted', (config) => expect(() => cluster$(given(config))).not.toThrow());
