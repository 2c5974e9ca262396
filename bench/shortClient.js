import { connect } from 'node:net';

const request = 'GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nConnection: close\r\n\r\n';
const warmUp = 100;

/** One connection after the other, each for one request. */
const keepConnecting = (port, answered) => {
  let isOver = false;
  const ask = () => {
    if (isOver) return;
    const socket = connect({ port, host: '127.0.0.1', noDelay: true }, () => socket.write(request));
    socket.resume().on('close', ask);
    socket.on('end', answered).on('error', (error) => {
      // The master may have ended since.
      if (!isOver) throw error;
    });
  };
  ask();
  return () => (isOver = true);
};

process.on('message', ({ port, ms, connections }) => {
  let answers = 0;
  const ends = Array.from({ length: connections }, () => keepConnecting(port, () => (answers += 1)));
  setTimeout(() => {
    const before = answers;
    const begun = performance.now();
    setTimeout(() => {
      const rate = (answers - before) / ((performance.now() - begun) / 1_000);
      for (const end of ends) end();
      process.send(rate);
    }, ms);
  }, warmUp);
});
