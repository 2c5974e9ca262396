import { expect, test } from 'vitest';
import { runServices } from '../../src/services.js';

test('runServices errors with ConfigError where there is no such file', async () => {
  const failure = await new Promise<unknown>((resolve) => {
    runServices('/nowhere/proteus.config.js').subscribe({ error: resolve });
  });
  expect(String(failure)).toMatch(
    /^ConfigError: \/nowhere\/proteus\.config\.js: expected a configuration file that exists\. Relative paths/,
  );
});
