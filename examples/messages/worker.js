// A job runner that never listens: it says itself when it is ready.
const work = setInterval(() => process.send({ cmd: 'done', jobs: 1 + Math.floor(Math.random() * 3) }), 500);

process.on('message', ({ cmd, total }) => {
  if (cmd === 'total') console.log(`${process.pid}: all workers together have done ${total} jobs`);
});
// Asked to leave: no further job, and nothing keeps the process.
process.on('disconnect', () => clearInterval(work));
process.send('ready');
