import { createServer } from 'node:http';

createServer((request, response) => response.end(`${process.pid}\n`)).listen(Number(process.env.PORT ?? 8080));
