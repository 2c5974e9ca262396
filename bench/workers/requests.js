import { createServer } from 'node:http';

createServer((_, response) => response.end('hello')).listen(Number(process.env.PORT), '127.0.0.1');

let begun = process.cpuUsage();

/** CPU time since the last request for it, in µs. */
process.on('message', () => {
  const { user, system } = process.cpuUsage(begun);
  process.send({ used: user + system });
  begun = process.cpuUsage();
});
