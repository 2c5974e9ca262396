import { createServer } from 'node:http';

createServer((request, response) => {
  console.log(request.url);
  response.end(`${process.pid}\n`);
}).listen(Number(process.env.PORT ?? 8080));
