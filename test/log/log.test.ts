import { expect, test } from 'vitest';
import { ConfigError } from '../../src/errors.js';
import { logOf } from '../../src/log/log.js';

test('options that pino refuses are an error that names the option', () => {
  expect(() => logOf({ level: 'loud' })).toThrow(ConfigError);
  expect(() => logOf({ level: 'loud' })).toThrow(/^log: expected options that pino takes; .*loud/);
});
