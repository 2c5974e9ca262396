import { createServer } from 'node:http';

createServer((request, response) => response.end(`${process.env.GREETING} from ${process.pid}\n`)).listen(
  Number(process.env.PORT ?? 8080),
  '127.0.0.1',
);
