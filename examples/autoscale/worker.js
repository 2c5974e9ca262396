// Answers after 10 ms in which it blocks its event loop, as synchronous calls of a database or of the file system do. So one worker answers at most 100 requests a second.
import { createServer } from 'node:http';

const nothing = new Int32Array(new SharedArrayBuffer(4));

createServer((_, response) => {
  Atomics.wait(nothing, 0, 0, 10);
  response.end('done');
}).listen(process.env.PORT ?? 8080, '127.0.0.1');
