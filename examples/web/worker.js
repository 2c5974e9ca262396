import { createServer } from 'node:http';

// http://127.0.0.1:8080/crash shows a crash on the page.
createServer((request, response) => {
  console.log(`${request.method} ${request.url}`);
  if (request.url === '/crash') throw new Error('a bug of /crash');
  setTimeout(() => response.end('done\n'), Math.random() * 20);
}).listen(process.env.PORT === '0' ? 0 : 8080, '127.0.0.1');
