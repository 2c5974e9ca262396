// Keeps 10 kB of each request for ever.
import { createServer } from 'node:http';

const leak = [];

createServer((request, response) => {
  leak.push(Buffer.alloc(10_000, 1));
  response.end(`${process.pid} keeps ${leak.length} buffers\n`);
}).listen(process.env.PORT ?? 8080, '127.0.0.1');
