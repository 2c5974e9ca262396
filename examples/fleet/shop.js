import { createServer } from 'node:http';

createServer((request, response) =>
  response.end(`shop on ${process.env.HOST ?? 'this host'}, pid ${process.pid}\n`),
).listen(Number(process.env.PORT ?? 8080), '127.0.0.1');
