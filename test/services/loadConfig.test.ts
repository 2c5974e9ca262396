import { expect, test } from 'vitest';
import { defineConfig } from '../../src/services.js';
import { fresh, program } from '../process/harness.js';

test('defineConfig returns what it gets', () => {
  const config = { exec: 'worker.js', worker: 4 };
  expect(defineConfig(config)).toBe(config);
});

/** Loads a configuration in a process of its own, because the files are modules, and says what it has found. */
const loads = async (folder: string, path?: string, profile?: string) => {
  const script = `
    import { loadConfig } from 'proteus-cluster/services';
    try {
      const loaded = await loadConfig(${JSON.stringify(path)}, ${JSON.stringify({ profile })});
      process.send(JSON.stringify({ type: 'loaded', value: loaded }));
    } catch (error) {
      process.send(JSON.stringify({ type: 'failed', error: { name: error.name, message: error.message } }));
    }`;
  const running = program(folder, process.execPath, ['--input-type=module', '--eval', script]);
  await running.ended();
  return running.told[0];
};

test('an ES module with one service', async () => {
  const folder = fresh({
    'proteus.config.mjs': `export default { exec: 'worker.mjs', worker: 4 };`,
    'worker.mjs': '',
  });
  expect(await loads(folder)).toMatchObject({
    value: {
      file: `${folder}/proteus.config.mjs`,
      services: [{ config: { exec: `${folder}/worker.mjs`, worker: 4 } }],
    },
  });
});
