import { setImmediate as turn } from 'node:timers/promises';
import { expect, onTestFinished, test } from 'vitest';
import { checkConfig, cluster$, type Config, ConfigError } from '../../src/index.js';

/** Options as they come from somewhere without types. */
// oxlint-disable-next-line typescript/no-unsafe-type-assertion
const untyped = (options: object) => options as Config;

test.for([
  { wroker: 4 },
  { exec: 'worker.js', disconnectTimeout: -1 },
  { exec: 'worker.js', backoff: { jitter: 2 } },
  { exec: 'worker.js', log: { rotate: {} } },
])('checkConfig throws what cluster$ throws for %j', (options) => {
  let thrown: unknown;
  try {
    cluster$(untyped(options));
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(ConfigError);
  expect(() => checkConfig(untyped(options))).toThrow(String(thrown).replace('ConfigError: ', ''));
});

test('checkConfig accepts right options, and does not look for the file', () => {
  expect(() => checkConfig({ exec: '/nowhere/worker.js', worker: 4 })).not.toThrow();
});

test('checkConfig starts no thread for a transport', async () => {
  let threads = 0;
  const count = () => (threads += 1);
  process.on('worker', count);
  onTestFinished(() => void process.off('worker', count));
  const log = { transport: { target: '/nowhere/transport.mjs' } };
  checkConfig({ exec: 'worker.js', log });
  expect(() => checkConfig({ exec: 'worker.js', log: { ...log, level: 'loud' } })).toThrow(/^log: expected options/);
  await turn();
  expect(threads).toBe(0);
});

const check = (options: object) => () => checkConfig(untyped(options), { also: ['after', 'envFile'] });

test('checkConfig allows names that belong to its caller, and suggests them', () => {
  expect(check({ after: 3, worker: 4 })).not.toThrow();
  expect(check({ envfile: '.env' })).toThrow('envfile: is not an option. Did you mean envFile?');
});
