import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));

const linesOf = async (script: string): Promise<readonly (readonly string[])[]> => {
  const { stdout } = await run(process.execPath, ['--input-type=module', '--eval', script], { cwd: root });
  return stdout
    .trim()
    .split('\n')
    .map((line) => line.split(','));
};

test('a master loads what only some need when it is needed', async () => {
  const [before = [], after = []] = await linesOf(`
    const loaded = () => console.log(process.moduleLoadList.join());
    await Promise.all([import('rxjs'), import('pino'), import('node:cluster')]);
    loaded();
    await import('proteus-cluster');
    loaded();`);
  const added = after.filter((name) => !before.includes(name));
  const late = new Set(['crypto', 'zlib', 'v8', 'http', 'inspector'].map((name) => `NativeModule ${name}`));

  expect(before.length).toBeGreaterThan(50);
  expect(added.filter((name) => late.has(name))).toEqual([]);
});

test('the preload makes a worker load no module of Node that it would not load anyway', async () => {
  const [without = [], withPreload = []] = await linesOf(`
    import cluster from 'node:cluster';
    import { once } from 'node:events';
    if (cluster.isPrimary) {
      const script = 'process.send(process.moduleLoadList); process.disconnect()';
      for (const execArgv of [[], ['--require', './dist/preload.cjs']]) {
        cluster.setupPrimary({ exec: 'data:,', args: [], execArgv: [...execArgv, '--eval', script] });
        const worker = cluster.fork({ PROTEUS_CLUSTER_MASTER: String(process.pid), PROTEUS_CLUSTER_SIGNALS: 'SIGHUP' });
        const [loaded] = await once(worker, 'message');
        console.log(loaded.join());
        await once(worker, 'exit');
      }
    }`);
  const modules = withPreload.filter((name) => name.startsWith('NativeModule ') && !without.includes(name));

  expect(without.length).toBeGreaterThan(50);
  expect(modules).toEqual([]);
});
