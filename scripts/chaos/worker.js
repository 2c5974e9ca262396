// A service: it answers, takes bodies that come slowly, and can be made to use much memory.
import { createServer } from 'node:http';
import { pipeline } from 'node:stream/promises';

/** More than the limit of `recycle`. */
const hogBytes = 300_000_000;
/** How long `/slow` takes to answer, in ms. */
const slowMs = 400;

let hog;

const count = async (request) => {
  let bytes = 0;
  await pipeline(request, async (chunks) => {
    for await (const { length } of chunks) bytes += length;
  });
  return bytes;
};

createServer(async (request, response) => {
  response.setHeader('x-pid', process.pid);
  try {
    const bytes = await count(request);
    if (request.url === '/hog') hog ??= Buffer.alloc(hogBytes, 1);
    if (request.url === '/slow') setTimeout(() => response.end(`${bytes}\n`), slowMs);
    else response.end(`${bytes}\n`);
  } catch {
    // The client has gone.
    response.destroy();
  }
}).listen(process.env.CHAOS_PORT, '127.0.0.1');
