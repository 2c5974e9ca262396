import { createServer } from 'node:net';

/** Sends as fast as the channel takes it: `false` says that its queue has grown, and the callback of the last message that it has gone. */
const burst = (left) => {
  const some = Math.min(left, 64);
  let room = true;
  for (let index = 1; index < some; index += 1) {
    room = process.send({ cmd: 'fromWorker', msg: 'hello, master', i: index }) && room;
  }
  const next = () => left > some && burst(left - some);
  const last = { cmd: 'fromWorker', msg: 'hello, master', i: some };
  if (room) {
    process.send(last);
    setImmediate(next);
  } else {
    process.send(last, next);
  }
};

process.on('message', (message) => burst(message.burst));
createServer().listen(0, '127.0.0.1');
