import { createServer } from 'node:http';

// The least that a worker can do that tells its master something each second: it wakes, all workers at once, and sends a short message.
createServer((_, response) => response.end('hello')).listen(0, '127.0.0.1');

const next = () => {
  setTimeout(
    () => {
      next();
      process.send({ cmd: 'report', uptime: performance.now() });
    },
    1_000 - (Number(process.hrtime.bigint() / 1_000_000n) % 1_000),
  ).unref();
};
next();
