// Counts for each client. A client that reconnects continues from its last number.
import { createServer } from 'node:http';

createServer((request, response) => {
  let count = Number(request.headers['last-event-id'] ?? 0);
  response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-store' });
  const tick = () => {
    count += 1;
    response.write(`id: ${count}\ndata: ${process.pid}\n\n`);
  };
  tick();
  const ticks = setInterval(tick, 50);
  response.on('close', () => clearInterval(ticks));
}).listen(process.env.PORT ?? 8080);
