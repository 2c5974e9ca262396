import { connect } from 'node:net';

const request = 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n';
const warmUp = 100;

/** A keep-alive connection that sends the next request as soon as it has an answer. An answer is small and arrives in one piece. */
const keepAsking = (port, answered) => {
  const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => socket.write(request));
  socket.on('data', () => {
    answered();
    socket.write(request);
  });
  return socket;
};

process.on('message', ({ port, ms, connections }) => {
  let answers = 0;
  const sockets = Array.from({ length: connections }, () => keepAsking(port, () => (answers += 1)));
  setTimeout(() => {
    const before = answers;
    const begun = performance.now();
    setTimeout(() => {
      const rate = (answers - before) / ((performance.now() - begun) / 1_000);
      for (const socket of sockets) socket.destroy();
      process.send(rate);
    }, ms);
  }, warmUp);
});
