import { expect, test } from 'vitest';
import { configure } from '../../../src/config/configure.js';
import { attachedParts } from '../../../src/features/fold.js';
import { environment } from '../../../src/host/environment.js';
import { serviceManager } from '../../../src/host/serviceManager.js';
import { cluster$, type Config } from '../../../src/index.js';

const given = (config: object): Config => config;
const token = 'a-secret-of-many-characters';

test.each([
  [{ control: 'yes' }, 'control: expected true or false'],
  [
    { control: { port: 7077 } },
    'control.token: expected a token, because control.port opens a server on TCP, got none',
  ],
  [{ control: { host: '::1' } }, 'control.host: expected control.port as well, got none'],
  [{ control: { token } }, 'control.token: expected control.port as well, got none'],
  [{ control: { port: 7077, token: 'short' } }, 'control.token: expected'],
])('%j is refused', (config, message) => expect(() => cluster$(given(config))).toThrow(message));

test.each([{ control: true }, { control: false }, { control: {} }, { control: { port: 7077, token, readOnly: true } }])(
  '%j is accepted',
  (config) => expect(() => cluster$(given(config))).not.toThrow(),
);

const settings = (config: Config): unknown => {
  const { options } = configure({ exec: 'worker.js', ...config }, environment());
  return attachedParts(options, serviceManager({}, 7)).find(({ name }) => name === 'control')?.settings;
};

test('the part is attached unless the option is false', () => {
  expect(settings({})).toEqual({});
  expect(settings({ control: { port: 0, token } })).toEqual({ port: 0, token });
  expect(settings({ control: false })).toBeUndefined();
});
