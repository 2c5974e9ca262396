import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { once } from 'node:events';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { takeCensus } from './census.js';
import { delayed } from './delay.js';
import { masters } from './masters.js';
import { kill, killGroup, until } from './processes.js';

const freePort = async () => {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address();
  server.close();
  await once(server, 'close');
  return port;
};

/**
 * Runs `act` with one master and its workers, and ends all of them. `release` is what the workers do: ms of `work` for each request, ms of
 * `boot`, and whether it is `broken`.
 */
export const onStage = async ({ name, node, workers, delay = 0, release, options = {} }, act) => {
  const folder = mkdtempSync(join(tmpdir(), 'peers-'));
  const census = await takeCensus();
  const port = await freePort();
  const way = await delayed(port, delay);
  const file = (path) => join(folder, path);
  const deploy = (changes) => writeFileSync(file('release.json'), JSON.stringify({ ...release, ...changes }));
  deploy({});
  writeFileSync(file('boots'), '');
  const exec = join(import.meta.dirname, 'service/worker.cjs');
  const env = {
    ...process.env,
    PEERS_EXEC: exec,
    PEERS_WORKERS: String(workers),
    PEERS_OPTIONS: JSON.stringify(options),
    PEERS_PORT: String(port),
    PEERS_CENSUS: String(census.port),
    PEERS_RELEASE: file('release.json'),
    PEERS_BOOTS: file('boots'),
  };
  const boots = () => readFileSync(file('boots'), 'utf8').trim().split('\n').filter(Boolean).map(Number);
  const master = await masters[name].start({ node, exec, workers, env, folder });
  const interrupted = () => {
    killGroup(master.pid);
    kill(master.pid);
    for (const pid of census.present) kill(pid);
  };
  process.once('exit', interrupted);
  try {
    return await act({
      master,
      census,
      deploy,
      boots,
      port: delay === 0 ? port : way.port,
      complete: async () => {
        if (await until(() => census.listening.size >= workers, 20_000)) return;
        throw new Error(
          `${name}: not all workers listen after 20 s: ${readFileSync(file('log'), 'utf8').slice(-2_000)}`,
        );
      },
    });
  } finally {
    process.off('exit', interrupted);
    await master.end();
    for (const pid of census.present) kill(pid);
    way.end();
    census.end();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
};
