// Sends as many messages as it is told to, by the bus of pm2, as fast as the channel takes them.
const count = Number(process.env.COUNT);

const burst = (from) => {
  const to = Math.min(count, from + 64);
  let room = true;
  for (let i = from; i < to; i += 1) {
    room = process.send({ type: 'fromWorker', data: { cmd: 'fromWorker', msg: 'hello, master', i } }) && room;
  }
  if (to >= count) return;
  if (room) setImmediate(burst, to);
  else process.send({ type: 'turn', data: {} }, undefined, undefined, () => burst(to));
};

// Whoever listens on the bus has to be there.
setTimeout(burst, 2_000, 0);
setInterval(() => {}, 60_000);
