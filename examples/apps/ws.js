// Echoes each message.
import { WebSocketServer } from 'ws';

const server = new WebSocketServer({ port: Number(process.env.PORT ?? 8080) });
server.on('connection', (socket) => {
  socket.on('message', (text) => socket.send(`${process.pid}: ${text}`));
});
