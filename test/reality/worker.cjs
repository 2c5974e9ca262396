// A real worker that behaves as a `WorkerBehaviour` of the simulated host says: it takes the steps that the master tells it to.
// CommonJS, because it runs before the first message is read.
const cluster = require('node:cluster');
const { createServer } = require('node:net');
const { onStop, send } = require('proteus-cluster/worker');

/** `holds`: it leaves when it is told to. `stays`: it does not leave when it is asked to. `terminates`: from SIGTERM to its exit, in ms. */
const { holds, stays, terminates } = JSON.parse(process.env.LIFE);

const forever = () => new Int32Array(new SharedArrayBuffer(4));
let leave = () => {};

const steps = {
  // A path stays the same when no worker is left; a free port would be another one then.
  listen: ({ port, exclusive }) =>
    createServer().listen(exclusive ? { port: 0, host: '127.0.0.1', exclusive } : { path: `${port}.sock` }),
  ready: () => process.send('ready'),
  say: ({ messages }) => messages.forEach((message) => send(message)),
  exit: ({ code }) => process.exit(code),
  throw: ({ message }) => {
    throw new Error(message);
  },
  signal: ({ signal }) => process.kill(process.pid, signal),
  disconnect: ({ stays: ms }) => {
    setTimeout(() => process.exit(), ms);
    cluster.worker.disconnect();
  },
  hang: ({ how }) => {
    if (how === 'blocked') Atomics.wait(forever(), 0, 0);
    for (;;);
  },
  leave: () => leave(),
};

if (holds) onStop(() => new Promise((resolve) => (leave = resolve)));
if (stays) setInterval(() => {}, 1_000);
if (terminates !== undefined) process.on('SIGTERM', () => setTimeout(() => process.exit(), terminates));
else if (stays) process.on('SIGTERM', () => {});
process.on('message', (step) => steps[step.do]?.(step));
