import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';
import { whenOver } from '../process/lifetime.js';

export interface BreakableProxy {
  readonly address: string;
  /** Neither side hears the other any more, and no connection is closed: as behind a cable that was pulled. */
  readonly cut: () => void;
  /** New connections pass again. Those from before the cut are reset. */
  readonly heal: () => void;
}

/** A TCP proxy on a free port of the loopback, until the test is finished. */
export const breakableProxy = async (target: string): Promise<BreakableProxy> => {
  const [host, port] = target.split(':');
  const sockets = new Set<Socket>();
  let isCut = false;
  const server = createServer((client) => {
    const upstream = connect({ host: host ?? '', port: Number(port) });
    for (const [from, to] of [
      [client, upstream],
      [upstream, client],
    ] as const) {
      sockets.add(from);
      from.on('data', (chunk) => {
        if (!isCut) to.write(chunk);
      });
      from.on('error', () => {});
      from.on('close', () => {
        sockets.delete(from);
        if (!isCut) to.destroy();
      });
    }
  });
  const reset = () => {
    for (const socket of sockets) socket.destroy();
  };
  whenOver(() => {
    reset();
    server.close();
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('expected a port');
  return {
    address: `127.0.0.1:${address.port}`,
    cut: () => {
      isCut = true;
    },
    heal: () => {
      isCut = false;
      reset();
    },
  };
};
