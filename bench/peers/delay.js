import { once } from 'node:events';
import { connect, createServer } from 'node:net';

/** A way to a port on which every byte, and every end, takes so many ms in each direction. */
export const delayed = async (port, ms) => {
  const sockets = new Set();
  const pass = (from, to) => {
    from
      .on('data', (bytes) => setTimeout(() => to.write(bytes), ms))
      .on('end', () => setTimeout(() => to.end(), ms))
      .on('error', () => setTimeout(() => to.resetAndDestroy(), ms))
      .on('close', () => sockets.delete(from));
  };
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connect({ port, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    sockets.add(near).add(far);
    pass(near, far);
    pass(far, near);
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    port: server.address().port,
    end: () => {
      server.close();
      for (const socket of sockets) socket.destroy();
    },
  };
};
