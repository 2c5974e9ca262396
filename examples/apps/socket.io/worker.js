// A chat: every client gets each message, whichever worker it is connected to.
import { createServer } from 'node:http';
import { createAdapter } from '@socket.io/cluster-adapter';
import { setupWorker } from '@socket.io/sticky';
import { Server } from 'socket.io';

const io = new Server(createServer());
io.adapter(createAdapter());
setupWorker(io);

io.on('connection', (socket) => {
  socket.emit('welcome', process.pid);
  socket.on('say', (text) => io.emit('said', { text, pid: process.pid }));
});

// When the worker is asked to leave, it closes its connections, and the clients reconnect to another worker by themselves. This also stops
// the adapter's heartbeat, which would hold the process.
process.once('disconnect', () => io.close());

process.send('ready');
