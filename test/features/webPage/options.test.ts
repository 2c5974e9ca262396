import { expect, test } from 'vitest';
import { cluster$, type Config } from '../../../src/index.js';

const given = (config: object): Config => config;

test.each([
  [{ web: true }, 'web: expected an object with port, token and readOnly, or false, got true'],
  [{ web: {} }, 'web.port: expected a port, got none'],
  [{ web: { port: 70_000 } }, 'web.port: expected a port from 0 to 65535, got 70000'],
  [{ web: { prot: 1 } }, 'Did you mean web.port?'],
  [
    { web: { port: 1, token: 'short' } },
    'web.token: expected a string of at least 16 visible ASCII characters, got a string of 5 characters',
  ],
  [{ web: { port: 1, readOnly: 1 } }, 'web.readOnly: expected true or false, got 1'],
  [{ web: { port: 1, host: '0.0.0.0' } }, 'web.host: expected one of the options port, token, readOnly'],
])('%j is refused', (config, message) => expect(() => cluster$(given(config))).toThrow(message));

test.each([{ web: false }, { web: { port: 0 } }, { web: { port: 9700, token: 'a-token-of-18-char', readOnly: true } }])(
  '%j is accepted',
  (config) => expect(() => cluster$(given(config))).not.toThrow(),
);
