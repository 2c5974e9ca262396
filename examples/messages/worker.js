// A job runner that does not listen, so it reports readiness by a message.
const work = setInterval(() => process.send({ cmd: 'done', jobs: 1 + Math.floor(Math.random() * 3) }), 500);

process.on('message', ({ cmd, total }) => {
  if (cmd === 'total') console.log(`${process.pid}: all workers together have done ${total} jobs`);
});
// When the worker is asked to leave, it takes no further job, so nothing holds the process.
process.on('disconnect', () => clearInterval(work));
process.send('ready');
