// Uses the package's logger. Your own pino logger, or console, works too.
import { createServer } from 'node:http';
import { logger } from 'proteus-cluster/worker';

createServer((request, response) => {
  logger.info({ url: request.url }, 'request');
  if (request.url === '/slow') logger.warn({ url: request.url }, 'this one takes its time');
  response.end(`${process.pid}\n`);
}).listen(Number(process.env.PORT ?? 8080));
