import { createServer } from 'node:http';

createServer((request, response) => {
  response.setHeader('Content-Type', 'application/json');
  response.end(JSON.stringify({ hello: 'world', pid: process.pid }));
}).listen(process.env.PORT ?? 8080);
