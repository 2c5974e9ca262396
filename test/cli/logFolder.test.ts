import { statSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { usualLogFile } from '../../src/cli/logFolder.js';
import { fresh } from '../process/harness.js';

test('the folder is created with those above it, and is private', () => {
  const state = join(fresh({}), 'a/b');
  const folder = join(state, 'proteus-cluster');
  expect(usualLogFile('shop', { XDG_STATE_HOME: state })).toBe(join(folder, 'shop.log'));
  expect(statSync(folder).mode & 0o777).toBe(0o700);
});

// Node's recursive mkdir does not return there.
test('a folder that the system does not let anybody create is an error at once', () => {
  expect(() => usualLogFile('shop', { XDG_STATE_HOME: '/proc/none' })).toThrow(
    'the folder for the log, /proc/none/proteus-cluster, cannot be created: ENOENT',
  );
});
