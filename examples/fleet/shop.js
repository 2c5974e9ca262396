import { createServer } from 'node:http';
import { cmd, messages$, publish, topic$ } from 'proteus-cluster/worker';
import { filter } from 'rxjs';

let price = 10;
topic$('price', { scope: 'fleet' }).subscribe((changed) => (price = changed));
// Of nightly.js, which asks the workers of all hosts.
messages$.pipe(filter(cmd('price'))).subscribe(({ reply }) => reply?.(price));

/** Every worker of every host gets it, this one too. */
const setPrice = (changed, response) =>
  publish('price', changed, { scope: 'fleet' }).then(
    () => response.end(),
    ({ message }) => response.writeHead(503).end(`${message}\n`),
  );

createServer((request, response) => {
  const [, changed] = /^\/price\/(\d+)$/.exec(request.url) ?? [];
  if (request.method === 'POST' && changed !== undefined) return setPrice(Number(changed), response);
  return response.end(`shop on ${process.env.HOST ?? 'this host'}, pid ${process.pid}: it costs ${price}\n`);
}).listen(Number(process.env.PORT ?? 8080), '127.0.0.1');
