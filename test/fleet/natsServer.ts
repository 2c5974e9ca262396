import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whenOver } from '../process/lifetime.js';

export interface NatsServer {
  /** Such as `127.0.0.1:41234`. */
  readonly address: string;
  readonly folder: string;
  /** Ends it with SIGKILL, as a machine that fails. */
  readonly kill: () => Promise<void>;
  /** Starts it again on the same port with what it has stored. */
  readonly start: () => Promise<void>;
  /** Stops and continues its process: its connections stay open and nobody answers. */
  readonly freeze: () => void;
  readonly thaw: () => void;
}

/** A nats-server of Debian with JetStream, on a free port of the loopback and in a folder of its own, until the test is finished. */
export const natsServer = async (configuration = 'jetstream {}'): Promise<NatsServer> => {
  const folder = mkdtempSync(join(tmpdir(), 'proteus-nats-'));
  const config = join(folder, 'nats.conf');
  let port = -1;
  let process: ChildProcess | undefined;

  const start = async (): Promise<void> => {
    const args = ['--config', config, '--addr', '127.0.0.1', '--port', String(port), '--store_dir', folder];
    const started = spawn('nats-server', args, { stdio: ['ignore', 'ignore', 'pipe'] });
    process = started;
    let output = '';
    await new Promise<void>((resolve, reject) => {
      // Read until its end: a server that cannot write its log ends.
      started.stderr.on('data', (chunk) => {
        output += String(chunk);
        const found = /Listening for client connections on [\d.]+:(\d+)/.exec(output);
        if (found !== null) port = Number(found[1]);
        if (output.includes('Server is ready')) resolve();
      });
      started.once('error', reject);
      started.once('exit', () => reject(new Error(`nats-server did not start: ${output}`)));
    });
  };
  const kill = async (): Promise<void> => {
    if (process === undefined || process.exitCode !== null || process.signalCode !== null) return;
    const exited = once(process, 'exit');
    process.kill('SIGKILL');
    await exited;
  };

  writeFileSync(config, configuration);
  whenOver(async () => {
    await kill();
    rmSync(folder, { recursive: true, force: true });
  });
  await start();
  return {
    address: `127.0.0.1:${port}`,
    folder,
    kill,
    start,
    freeze: () => void process?.kill('SIGSTOP'),
    thaw: () => void process?.kill('SIGCONT'),
  };
};
