import { expect, test } from 'vitest';
import { ConfigError } from '../../src/vocabulary/errors.js';
import { createLog } from '../../src/log/log.js';

test('options that pino refuses are an error that names the option', () => {
  expect(() => createLog({ level: 'loud' })).toThrow(ConfigError);
  expect(() => createLog({ level: 'loud' })).toThrow(/^log: expected options that pino accepts; .*loud/);
});
