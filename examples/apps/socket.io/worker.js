// A chat: what one says, all are told, on whichever worker they are.
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

// Asked to leave: the connections are closed, and the clients come back by themselves, to another worker. The adapter's heartbeat, which
// would hold the process, ends as well.
process.once('disconnect', () => io.close());

process.send('ready');
