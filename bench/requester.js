import { connect } from 'node:net';

const requests = {
  kept: 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n',
  closed: 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n',
};
const connections = 8;

/** Sends `count` requests in all, on several connections at a time: kept ones, or a new one for each request. */
const ask = ({ port, count, how }) =>
  new Promise((resolve, reject) => {
    let asked = 0;
    let answered = 0;
    const next = (socket) => {
      if (asked >= count) return socket.destroy();
      asked += 1;
      return socket.write(requests[how]);
    };
    const answer = () => {
      answered += 1;
      if (answered === count) resolve();
    };
    const open = () => {
      const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => next(socket));
      let heard = false;
      // An answer is small and arrives in one piece.
      socket.on('data', () => {
        if (how === 'closed' && heard) return;
        heard = true;
        answer();
        if (how === 'kept') next(socket);
      });
      socket.on('close', () => how === 'closed' && asked < count && open());
      socket.on('error', reject);
    };
    for (let opened = 0; opened < connections; opened += 1) open();
  });

process.on('message', async (what) => {
  await ask(what);
  process.send('done');
});
