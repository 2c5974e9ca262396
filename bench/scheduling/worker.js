import { createServer } from 'node:http';

createServer((_, response) => setTimeout(() => response.end(`${process.pid}\n`), Number(process.env.WORK))).listen(
  Number(process.env.PORT),
  '127.0.0.1',
);
