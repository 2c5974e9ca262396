// Without TLS, as behind a proxy that terminates TLS. Try: curl --http2-prior-knowledge localhost:8080
import { createServer } from 'node:http2';

createServer((request, response) => {
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ hello: 'world', pid: process.pid }));
}).listen(process.env.PORT ?? 8080);
