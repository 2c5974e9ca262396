// What the masters of these tests have in common. It is plain JavaScript: it runs in the process under test.
import { writeSync } from 'node:fs';
import * as proteus from 'proteus-cluster';

export * from 'proteus-cluster';

const plain = (_, value) =>
  value instanceof Error
    ? Object.assign({ name: value.name, message: value.message, stack: value.stack }, value)
    : value;

/** Tells the test something: a line that begins with a record separator, which nothing else on stdout does. */
export const tell = (record) => {
  const line = Buffer.from(`\x1e${JSON.stringify(record, plain)}\n`);
  for (let sent = 0; sent < line.length;) sent += write(line, sent);
};

const write = (line, from) => {
  try {
    return writeSync(1, line, from);
  } catch (error) {
    if (error.code === 'EAGAIN') return 0;
    throw error;
  }
};

/** Subscribes a cluster whose times suit a test, and tells all it has to say. */
export const run = (config) =>
  proteus.cluster$({ pid: 'master.pid', log: false, ready: 'listening', minReadyTime: 20, ...config }).subscribe({
    next: tell,
    error: (error) => {
      tell({ type: 'failed', error });
      process.exitCode = 1;
    },
    complete: () => tell({ type: 'completed' }),
  });

/** What the test can ask for by name. A master adds its own. */
export const can = {
  restart: proteus.restart,
  shutdown: proteus.shutdown,
  forceShutdown: proteus.forceShutdown,
  send: proteus.send,
};

// The test asks over IPC; the channel keeps nothing alive, so that a master can be seen to end by itself.
if (process.connected && !proteus.isWorker) {
  process.on('message', async ({ call, args, id }) => {
    try {
      tell({ type: 'reply', id, result: await can[call](...args) });
    } catch (error) {
      tell({ type: 'reply', id, error });
    }
  });
  process.channel.unref();
}
