import { createServer } from 'node:http';

createServer((request, response) => {
  setTimeout(() => response.end(`${process.pid}\n`), request.url === '/slow' ? 1_500 : 0);
}).listen(8080, '127.0.0.1');
