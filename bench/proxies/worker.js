// The service behind the proxies: answers GET with its pid, and POST with what it was sent. KEEP_ALIVE and WORK are in ms.
import { createServer } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

const work = Number(process.env.WORK);

const server = createServer(async (request, response) => {
  let body = '';
  for await (const text of request.setEncoding('utf8')) body += text;
  await wait(Math.random() * work);
  response.end(request.method === 'POST' ? body : String(process.pid));
});
server.keepAliveTimeout = Number(process.env.KEEP_ALIVE);
server.listen(Number(process.env.PORT), '127.0.0.1');
