import { createServer } from 'node:http';

createServer((_, response) => response.end(`served by ${process.pid}\n`)).listen(Number(process.env.PORT ?? 8080));
