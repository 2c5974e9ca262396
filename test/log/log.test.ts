import { expect, test } from 'vitest';
import { ConfigError } from '../../src/errors.js';
import { logTo } from '../../src/log/log.js';

test('options that pino refuses are an error that names the option', () => {
  expect(() => logTo({ level: 'loud' })).toThrow(ConfigError);
  expect(() => logTo({ level: 'loud' })).toThrow(/^log: expected options that pino takes; .*loud/);
});
